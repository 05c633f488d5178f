import { expect, test } from "vitest";

import type { Conversation, MessageState } from "@/api/types";
import { aConversation, aMessage } from "@/test/samples";

import { adjustedCounts, type List, newerOf, withConversation, withMessageState } from "./cache";
import { defaultFilter } from "./filter";

const counts = { open: 0, pending: 0, resolved: 0, unread: 0 };
const time = (minute: number): string => `2025-11-20T09:${String(minute).padStart(2, "0")}:00Z`;
const at = (minute: number, over: Partial<Conversation> = {}) =>
  aConversation({ id: `v${minute}`, last_activity_at: time(minute), ...over });

function list(pages: Conversation[][], next: string | null = null): List {
  return {
    pages: pages.map((items, index) => ({
      items,
      counts,
      next_cursor: index < pages.length - 1 ? "x" : next,
    })),
    pageParams: pages.map(() => undefined),
  };
}
const ids = (value: List): string[] => value.pages.flatMap((page) => page.items.map((item) => item.id));
const last = (state: MessageState) => ({
  id: "m1",
  direction: "outbound" as const,
  channel: "sms" as const,
  state,
  preview: "Hi",
  at: time(5),
});

test("new activity moves a conversation to the top, across pages", () => {
  const before = list([
    [at(5), at(4)],
    [at(3), at(2)],
  ]);
  const after = withConversation(before, defaultFilter, at(3, { last_activity_at: time(9) }));
  expect(ids(after)).toEqual(["v3", "v5", "v4", "v2"]);
});

test("the same event twice changes nothing", () => {
  const once = withConversation(list([[at(5)]]), defaultFilter, at(6));
  expect(withConversation(once, defaultFilter, at(6))).toEqual(once);
});

test("an older event does not bring old activity back", () => {
  const known = at(5, { unread_count: 2 });
  expect(newerOf(known, at(5, { last_activity_at: time(1), unread_count: 0 }))).toBe(known);
});

test("a preview's tick never goes backwards", () => {
  const delivered = at(5, { last_message: last("delivered") });
  expect(newerOf(delivered, at(5, { last_message: last("sent") })).last_message?.state).toBe("delivered");
  const sent = aMessage({ id: "m1", state: "sent" });
  expect(withMessageState(delivered, sent)).toBe(delivered);
  const read = aMessage({ id: "m1", state: "read" });
  expect(withMessageState(delivered, read).last_message?.state).toBe("read");
});

test("a resolved conversation leaves the open list and enters the resolved one", () => {
  const resolved = at(5, { status: "resolved" });
  expect(ids(withConversation(list([[at(5), at(4)]]), defaultFilter, resolved))).toEqual(["v4"]);
  expect(ids(withConversation(list([[]]), { ...defaultFilter, status: "resolved" }, resolved))).toEqual([
    "v5",
  ]);
});

test("in the unread view a row that was just read stays, a read one does not enter", () => {
  const filter = { ...defaultFilter, unread: true };
  const unread = list([[at(5, { unread_count: 1 })]]);
  expect(ids(withConversation(unread, filter, at(5, { unread_count: 0 })))).toEqual(["v5"]);
  expect(ids(withConversation(unread, filter, at(6, { unread_count: 0 })))).toEqual(["v5"]);
});

test("search results change in place but nothing is guessed into them", () => {
  const filter = { ...defaultFilter, q: "ana" };
  const found = list([[at(5)]]);
  expect(ids(withConversation(found, filter, at(6)))).toEqual(["v5"]);
  expect(withConversation(found, filter, at(5, { unread_count: 3 })).pages[0]?.items[0]?.unread_count).toBe(
    3,
  );
});

test("a conversation older than everything loaded waits for its page", () => {
  expect(ids(withConversation(list([[at(5)]], "more"), defaultFilter, at(1)))).toEqual(["v5"]);
});

test("counts follow a change", () => {
  const before = at(5, { unread_count: 1 });
  const after = at(5, { unread_count: 0, status: "resolved" });
  expect(adjustedCounts({ open: 4, pending: 3, resolved: 1, unread: 2 }, before, after)).toEqual({
    open: 3,
    pending: 3,
    resolved: 2,
    unread: 1,
  });
});
