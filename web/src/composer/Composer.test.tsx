import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";

import type { Conversation } from "@/api/types";
import { setPreference } from "@/settings/preferences";
import { answerRequests, aUser, renderSignedIn } from "@/test/render";
import { aConversation, aMessage } from "@/test/samples";

import { Composer } from "./Composer";

beforeEach(() => {
  setPreference("sendKey", "mod-enter");
});

const draw = (conversation: Conversation = aConversation(), user = aUser) => {
  const onSent = vi.fn();
  const drawn = renderSignedIn(
    <Composer conversation={conversation} lastMessage={undefined} onSent={onSent} />,
    user,
  );
  return { onSent, ...drawn };
};
const field = (): HTMLTextAreaElement => screen.getByRole("textbox", { name: "Reply to Ana" });
/** The composer also asks, about the contact and about what would happen. */
const posted = (requests: Request[]): Request[] =>
  requests.filter(({ method, url }) => method === "POST" && new URL(url).pathname === "/api/messages");
const accepted = aMessage({ id: "m2", direction: "outbound", state: "queued", body: "Hello" });

test("the button says what it will do", async () => {
  draw();
  expect(screen.getByRole("button", { name: "Send SMS from Support" })).toHaveProperty("disabled", true);
  await userEvent.type(field(), "Hello");
  expect(screen.getByRole("button", { name: "Send SMS from Support · 1 segment" })).toHaveProperty(
    "disabled",
    false,
  );
  await userEvent.clear(field());
  await userEvent.paste("x".repeat(200));
  expect(screen.getByRole("button", { name: "Send SMS from Support · 2 segments" })).toBeDefined();
});

test("Ctrl+Enter sends once, with an idempotency key, and empties the field at once", async () => {
  const { requests } = answerRequests(201, accepted);
  const { onSent, live } = draw();
  await userEvent.type(field(), "Hello{Control>}{Enter}{/Control}");
  expect(field().value).toBe("");
  expect(onSent).toHaveBeenCalledOnce();
  await waitFor(() => expect(live.outbox.entries.get()).toEqual([]));
  const sent = posted(requests());
  expect(sent).toHaveLength(1);
  expect(sent[0]?.headers.get("Idempotency-Key")).toMatch(/^[\da-f-]{36}$/);
  expect(await sent[0]?.json()).toEqual({ conversation_id: "v1", body: "Hello", line_id: "l1" });
});

test("Enter breaks the line, unless it was chosen to send", async () => {
  const { requests } = answerRequests(201, accepted);
  draw();
  await userEvent.type(field(), "one{Enter}two");
  expect(field().value).toBe("one\ntwo");
  setPreference("sendKey", "enter");
  await userEvent.type(field(), "{Shift>}{Enter}{/Shift}three{Enter}");
  await waitFor(() => expect(posted(requests())).toHaveLength(1));
  expect(await posted(requests())[0]?.json()).toMatchObject({ body: "one\ntwo\nthree" });
});

test("what was written is there again after leaving and coming back", async () => {
  const { unmount } = draw();
  await userEvent.type(field(), "Half a thought");
  unmount();
  draw();
  expect(field().value).toBe("Half a thought");
});

test("a refused text comes back with the reason", async () => {
  const problem = {
    type: "about:blank",
    title: "Refused",
    status: 422,
    code: "invalid",
    detail: "The line is closed.",
  };
  answerRequests(422, problem);
  draw();
  await userEvent.type(field(), "Hello{Control>}{Enter}{/Control}");
  expect(await screen.findByText("Not sent: The line is closed.")).toBeDefined();
  expect(field().value).toBe("Hello");
  await userEvent.type(field(), "!");
  expect(screen.queryByText(/Not sent/)).toBeNull();
});

test("an opted-out contact cannot be written to, and it says why before anyone tries", () => {
  const conversation = aConversation();
  draw({ ...conversation, contact: { ...conversation.contact, opted_out: true } });
  expect(screen.getByText(/Ana has opted out/)).toBeDefined();
  expect(screen.queryByRole("textbox")).toBeNull();
});

test("a viewer is told that the role only reads", () => {
  draw(aConversation(), { ...aUser, role: "viewer" });
  expect(screen.getByText(/can read conversations but not write/)).toBeDefined();
});

test("typographic characters that cost a segment are offered to be replaced", async () => {
  draw();
  await userEvent.click(field());
  await userEvent.paste(`It’s ${"a".repeat(80)}`);
  await userEvent.click(screen.getByRole("button", { name: "Use plain characters" }));
  expect(field().value).toBe(`It's ${"a".repeat(80)}`);
  expect(screen.getByRole("button", { name: /· 1 segment$/ })).toBeDefined();
});
