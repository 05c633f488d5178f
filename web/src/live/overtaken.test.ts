import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Message, MessagePage } from "@/api/types";
import { aMessage } from "@/test/samples";
import { inReadingOrder, type Thread } from "@/thread/cache";
import { messageKeys, threadQuery } from "@/thread/messages";

import { applyEvent, type OvertakenAnswers, overtakenAnswers } from "./apply";

const sent = aMessage({ id: "m1", direction: "outbound", state: "sent" });
const delivered: Message = { ...sent, state: "delivered" };

let client: QueryClient;
let overtaken: OvertakenAnswers;
let stop: () => void;
/** Answers the newest question that waits. */
let answer: (message: Message) => void;
let questions = 0;

beforeEach(() => {
  client = new QueryClient();
  overtaken = overtakenAnswers(client);
  stop = overtaken.start();
  questions = 0;
  const waiting: ((answer: Response) => void)[] = [];
  vi.stubGlobal("fetch", () => {
    questions += 1;
    return new Promise<Response>((resolve) => waiting.push(resolve));
  });
  answer = (message) => {
    const page: MessagePage = { items: [message], next_cursor: null };
    waiting.pop()?.(new Response(JSON.stringify(page), { headers: { "Content-Type": "application/json" } }));
  };
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

const ask = (): Promise<unknown> => client.infiniteQuery(threadQuery("v1"));
const state = (): string | undefined =>
  inReadingOrder(client.getQueryData<Thread>(messageKeys.thread("v1")))[0]?.state;

function tell(message: Message): void {
  overtaken.note({ kind: "message", data: message });
  applyEvent(client, "message", message, () => undefined);
}

test("news that came while the first answer was on its way is not lost", async () => {
  const asked = ask();
  tell(delivered);
  answer(sent);
  await asked;
  expect(state()).toBe("delivered");
  expect(questions).toBe(1);
});

test("an older answer does not undo the news that came while it was asked for again", async () => {
  const asked = ask();
  answer(sent);
  await asked;
  const again = client.invalidateQueries({ queryKey: messageKeys.thread("v1"), refetchType: "all" });
  tell(delivered);
  expect(state()).toBe("delivered");
  answer(sent);
  await again;
  expect(state()).toBe("delivered");
});

test("news from before the question stays out of it", async () => {
  tell(delivered);
  const asked = ask();
  answer(sent);
  await asked;
  expect(state()).toBe("sent");
});

test("what was asked before the stream had opened is asked for once more", async () => {
  const asked = ask();
  overtaken.noteGap();
  answer(sent);
  await asked;
  expect(state()).toBe("sent");
  // Nobody looks at it: it is marked, and asked for when it is shown.
  expect(client.getQueryState(messageKeys.thread("v1"))?.isInvalidated).toBe(true);
  const again = ask();
  answer(delivered);
  await again;
  expect(state()).toBe("delivered");
});

test("after a failure nothing is kept for it", async () => {
  const asked = ask().catch(() => "failed");
  await client.cancelQueries({ queryKey: messageKeys.thread("v1") });
  await asked;
  tell(delivered);
  const next = ask();
  answer(sent);
  await next;
  expect(state()).toBe("sent");
});
