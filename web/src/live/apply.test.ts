import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";

import { onSignedOut } from "@/api/client";
import type { Conversation } from "@/api/types";
import type { List } from "@/conversations/cache";
import { conversationKeys } from "@/conversations/conversations";
import { defaultFilter } from "@/conversations/filter";
import { letterKeys } from "@/deadletters/deadLetters";
import { aConversation, aMessage } from "@/test/samples";
import type { ScheduledList } from "@/schedule/cache";
import { scheduledKeys } from "@/schedule/scheduled";
import { inReadingOrder, type Thread } from "@/thread/cache";
import { messageKeys } from "@/thread/messages";

import { applyEvent } from "./apply";
import type { LiveKind } from "./connection";

let client: QueryClient;
const say = (kind: LiveKind, data: unknown): void => applyEvent(client, kind, data, () => undefined);

beforeEach(() => {
  client = new QueryClient();
  const counts = { open: 1, pending: 0, resolved: 0, unread: 0 };
  client.setQueryData<List>(conversationKeys.list(defaultFilter), {
    pages: [{ items: [aConversation()], counts, next_cursor: null }],
    pageParams: [undefined],
  });
  client.setQueryData(conversationKeys.counts, counts);
  client.setQueryData<Thread>(messageKeys.thread("v1"), {
    pages: [{ items: [], next_cursor: null }],
    pageParams: [undefined],
  });
});

const thread = () => inReadingOrder(client.getQueryData<Thread>(messageKeys.thread("v1")));
const firstRow = (): Conversation | undefined =>
  client.getQueryData<List>(conversationKeys.list(defaultFilter))?.pages[0]?.items[0];

test("a whole exchange, each event doubled, ends as if it came once", () => {
  const inbound = aMessage({ id: "m1" });
  const unread = aConversation({ unread_count: 1, last_activity_at: "2025-11-20T09:01:00Z" });
  const reply = aMessage({ id: "m2", direction: "outbound", state: "queued", at: "2025-11-20T09:02:00Z" });
  const delivered = { ...reply, state: "delivered" };
  const events: [LiveKind, unknown][] = [
    ["message", inbound],
    ["conversation", unread],
    ["message", reply],
    ["message", delivered],
    ["message", reply],
  ];
  for (const [kind, data] of events) {
    say(kind, data);
    say(kind, data);
  }
  expect(thread().map(({ id, state }) => `${id} ${state}`)).toEqual(["m1 received", "m2 delivered"]);
  expect(firstRow()?.unread_count).toBe(1);
  expect(client.getQueryData(conversationKeys.counts)).toEqual({
    open: 1,
    pending: 0,
    resolved: 0,
    unread: 1,
  });
});

test("the preview's tick follows the message", () => {
  const last = {
    id: "m2",
    direction: "outbound",
    channel: "sms",
    state: "sent",
    preview: "Hi",
    at: "",
  } as const;
  say("conversation", aConversation({ last_message: last }));
  say("message", aMessage({ id: "m2", direction: "outbound", state: "delivered" }));
  expect(firstRow()?.last_message?.state).toBe("delivered");
});

test("a message of a thread that is not loaded is left to be fetched", () => {
  say("message", aMessage({ id: "m9", conversation_id: "v9" }));
  expect(client.getQueryData(messageKeys.thread("v9"))).toBeUndefined();
});

test("the end of the session is passed on", () => {
  const listener = vi.fn();
  const stop = onSignedOut(listener);
  say("session", { signed_out: true });
  expect(listener).toHaveBeenCalledOnce();
  stop();
});

test("resync forgets what is not on screen, except who we are", () => {
  client.setQueryData(["session"], { user: null });
  say("resync", {});
  expect(thread()).toEqual([]);
  expect(client.getQueryData(conversationKeys.counts)).toBeUndefined();
  expect(client.getQueryData(["session"])).toBeDefined();
});

test("a contact's new name shows in the list", () => {
  const contact = { id: "c1", name: "Ana Ruiz", phone: null, email: null, opted_out: true, metadata: {} };
  const times = { created_at: "2025-11-20T08:00:00Z", updated_at: "2025-11-20T09:00:00Z" };
  say("contact", { ...contact, ...times, conversation_id: "v1" });
  expect(firstRow()?.contact).toMatchObject({ name: "Ana Ruiz", opted_out: true });
});

test("a scheduled message enters the list of what waits, and leaves it when it goes, each told twice", () => {
  const key = scheduledKeys.list({ q: "" });
  client.setQueryData(key, { pages: [{ items: [], total: 0, next_cursor: null }], pageParams: [undefined] });
  const scheduled = { at: "2025-11-21T09:00:00Z", local: null, time_zone: null, cancel_if_answered: false };
  const waiting = aMessage({ id: "m2", direction: "outbound", state: "scheduled", scheduled });
  const list = () => client.getQueryData<ScheduledList>(key)?.pages[0];
  for (const _ of [1, 2]) say("message", waiting);
  expect(list()).toMatchObject({ total: 1, items: [{ id: "m2", contact: { name: "Ana" } }] });
  for (const _ of [1, 2]) say("message", { ...waiting, state: "queued" });
  expect(list()).toMatchObject({ total: 0, items: [] });
});

test("a burst of failures asks for the dead letters once", () => {
  vi.useFakeTimers();
  client.setQueryData(letterKeys.groups, { items: [], total: 0 });
  const invalidate = vi.spyOn(client, "invalidateQueries");
  for (const id of ["a", "b", "c"]) say("message", aMessage({ id, direction: "outbound", state: "failed" }));
  vi.runAllTimers();
  const asked = invalidate.mock.calls.filter(([filter]) => filter?.queryKey?.[0] === letterKeys.all[0]);
  expect(asked).toHaveLength(1);
  vi.useRealTimers();
});
