import { expect, test } from "vitest";

import type { Message } from "@/api/types";
import { aMessage } from "@/test/samples";

import { pendingOf } from "./usePending";

const waiting = (id: string, at: string, over: Partial<Message> = {}): Message =>
  aMessage({
    id,
    direction: "outbound",
    state: "scheduled",
    scheduled: { at, local: null, time_zone: null, cancel_if_answered: false },
    ...over,
  });

const early = "2026-11-21T08:00:00Z";
const late = "2026-11-22T08:00:00Z";

test("what the thread has and what only the list has, soonest first and each once", () => {
  const inThread = [waiting("b", late), aMessage({ id: "x" })];
  const listed = [waiting("a", early), waiting("b", late)];
  expect(pendingOf(inThread, listed).map(({ id }) => id)).toEqual(["a", "b"]);
});

test("what the thread knows to have left is not shown as waiting, whatever the list says", () => {
  const sent = waiting("a", early, { state: "sent" });
  expect(pendingOf([sent], [waiting("a", early)])).toEqual([]);
});
