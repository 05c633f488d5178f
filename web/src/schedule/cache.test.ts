import { expect, test } from "vitest";

import type { Message } from "@/api/types";
import { aMessage } from "@/test/samples";

import { type ScheduledList, withScheduled } from "./cache";
import { sendOptionsOf } from "./scheduled";

const ana = { id: "c1", name: "Ana", phone: "+14155550132" };
const everything = { q: "" };

function waiting(id: string, hour: number, over: Partial<Message> = {}): Message {
  const at = `2026-11-21T${String(hour).padStart(2, "0")}:00:00Z`;
  const scheduled = { at, local: null, time_zone: null, cancel_if_answered: false };
  return aMessage({ id, direction: "outbound", state: "scheduled", scheduled, ...over });
}

function list(messages: Message[], cursor: string | null = null): ScheduledList {
  const items = messages.map((message) => ({ ...message, contact: ana }));
  return { pages: [{ items, total: items.length, next_cursor: cursor }], pageParams: [undefined] };
}

const ids = (value: ScheduledList | undefined): string[] | undefined =>
  value?.pages.flatMap((page) => page.items.map(({ id }) => id));

test("a new message stands where its time puts it", () => {
  const known = list([waiting("a", 9), waiting("c", 11)]);
  const next = withScheduled(known, everything, waiting("b", 10), ana);
  expect(ids(next)).toEqual(["a", "b", "c"]);
  expect(next?.pages[0]?.total).toBe(3);
});

test("the same news twice changes nothing, another time moves it", () => {
  const known = list([waiting("a", 9), waiting("b", 10)]);
  expect(withScheduled(known, everything, waiting("b", 10), undefined)).toEqual(known);
  const moved = withScheduled(known, everything, waiting("b", 8), undefined);
  expect(ids(moved)).toEqual(["b", "a"]);
  expect(moved?.pages[0]?.total).toBe(2);
});

test("what left or was called off is gone, also when it is told twice", () => {
  const known = list([waiting("a", 9), waiting("b", 10)]);
  const gone = withScheduled(known, everything, waiting("a", 9, { state: "sent" }), ana);
  expect(ids(gone)).toEqual(["b"]);
  expect(gone && withScheduled(gone, everything, waiting("a", 9, { state: "sent" }), ana)).toBe(gone);
});

test("held without a known end stands before all", () => {
  const next = withScheduled(
    list([waiting("a", 9)]),
    everything,
    waiting("h", 1, { state: "held", hold: null }),
    ana,
  );
  expect(ids(next)).toEqual(["h", "a"]);
});

test("what only the server can place is asked for", () => {
  expect(withScheduled(list([]), { q: "ana" }, waiting("a", 9), ana)).toBeUndefined();
  expect(withScheduled(list([]), everything, waiting("a", 9), undefined)).toBeUndefined();
});

test("a message later than all that is loaded waits for its page, but counts", () => {
  const next = withScheduled(list([waiting("a", 9)], "more"), everything, waiting("z", 20), ana);
  expect(ids(next)).toEqual(["a"]);
  expect(next?.pages[0]?.total).toBe(2);
});

test("another conversation's message is none of this one's business", () => {
  const known = list([]);
  expect(withScheduled(known, { q: "", conversationId: "v2" }, waiting("a", 9), ana)).toBe(known);
});

test("a message written once more carries the time as it was meant", () => {
  const at = "2026-11-21T08:00:00Z";
  const meant = { at, local: "2026-11-21T09:00", time_zone: "Europe/Berlin", cancel_if_answered: true };
  expect(sendOptionsOf(waiting("a", 8, { scheduled: meant, priority: 7, purpose: "reply" }))).toEqual({
    priority: 7,
    purpose: "reply",
    cancel_if_answered: true,
    send_at_local: "2026-11-21T09:00",
    time_zone: "Europe/Berlin",
  });
  expect(sendOptionsOf(waiting("a", 8))).toMatchObject({ send_at: at });
});
