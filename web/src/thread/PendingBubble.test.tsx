import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";

import type { Message } from "@/api/types";
import { answerByPath, aUser, renderSignedIn } from "@/test/render";
import { aConversation, aMessage } from "@/test/samples";
import { toasts } from "@/ui/toasts";

import { PendingBubble } from "./PendingBubble";

const { contact } = aConversation();
const at = "2099-11-24T08:00:00Z";
const scheduled = { at, local: "2099-11-24T09:00", time_zone: "Europe/Berlin", cancel_if_answered: true };
const waiting = (over: Partial<Message> = {}): Message =>
  aMessage({ id: "m1", direction: "outbound", state: "scheduled", priority: 7, scheduled, ...over });
const draw = (message: Message, user = aUser) =>
  renderSignedIn(<PendingBubble message={message} contact={contact} />, user);

beforeEach(() => toasts.set([]));

test("it says when it leaves, on their clock, and what calls it off", () => {
  draw(waiting());
  const bubble = screen.getByRole("article", { name: "Scheduled message to Ana" });
  expect(bubble.textContent).toMatch(/Nov 24, 2099, 9:00\sAM/);
  expect(bubble.textContent).toContain("not if they answer first");
});

test("a held message says what holds it and until when", () => {
  const hold = { code: "quiet_hours", reason: "It is night in Berlin.", until: at };
  draw(waiting({ state: "held", hold, scheduled: null }));
  const bubble = screen.getByRole("article", { name: "Held message to Ana" });
  expect(bubble.textContent).toMatch(/Held until .*2099.* · It is quiet hours where they are\./);
});

test("Cancel acts at once; Undo writes it again with the time as it was meant", async () => {
  const { to } = answerByPath({
    "POST /api/messages/m1/cancel": waiting({ state: "canceled" }),
    "POST /api/messages": waiting({ id: "m2" }),
  });
  draw(waiting());
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(toasts.get()).toHaveLength(1));
  expect(to("POST /api/messages/m1/cancel")).toHaveLength(1);
  toasts.get()[0]?.action?.run();
  await waitFor(() => expect(to("POST /api/messages")).toHaveLength(1));
  expect(await to("POST /api/messages")[0]?.json()).toMatchObject({
    body: "Hello",
    send_at_local: "2099-11-24T09:00",
    time_zone: "Europe/Berlin",
    cancel_if_answered: true,
  });
});

test("Send now tells when the gate still holds it", async () => {
  const hold = { code: "quiet_hours", reason: "It is night in Berlin.", until: at };
  answerByPath({ "POST /api/messages/m1/send-now": waiting({ state: "held", hold }) });
  draw(waiting());
  await userEvent.click(screen.getByRole("button", { name: "Send now" }));
  await waitFor(() => expect(toasts.get()[0]?.text).toBe("Still held: It is quiet hours where they are."));
});

test("editing sends only what was changed", async () => {
  const { to } = answerByPath({ "PATCH /api/messages/m1": waiting({ body: "Hello there" }) });
  draw(waiting());
  await userEvent.click(screen.getByRole("button", { name: "Edit" }));
  const text = await screen.findByRole("textbox", { name: "Text" });
  await userEvent.type(text, " there");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(to("PATCH /api/messages/m1")).toHaveLength(1));
  expect(await to("PATCH /api/messages/m1")[0]?.json()).toEqual({
    body: "Hello there",
    cancel_if_answered: true,
  });
});

test("a viewer sees it but cannot touch it", () => {
  draw(waiting(), { ...aUser, role: "viewer" });
  expect(screen.queryByRole("button")).toBeNull();
});
