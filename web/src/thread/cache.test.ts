import { expect, test } from "vitest";

import { aMessage } from "@/test/samples";

import { inReadingOrder, type Thread, withMessage } from "./cache";

const minute = (n: number): string => `2025-11-20T09:${String(n).padStart(2, "0")}:00Z`;
const at = (n: number) => aMessage({ id: `m${n}`, at: minute(n) });

function thread(pages: ReturnType<typeof at>[][], older: string | null = null): Thread {
  return {
    pages: pages.map((items, index) => ({ items, next_cursor: index < pages.length - 1 ? "more" : older })),
    pageParams: pages.map(() => undefined),
  };
}

const ids = (value: Thread): string[] => inReadingOrder(value).map((message) => message.id);

test("a new message goes to the end", () => {
  expect(ids(withMessage(thread([[at(2), at(1)]]), at(3)))).toEqual(["m1", "m2", "m3"]);
});

test("the same news twice changes nothing", () => {
  const once = withMessage(thread([[at(1)]]), at(2));
  expect(withMessage(once, at(2))).toEqual(once);
});

test("a message that arrives late stands where its time puts it, whatever the page", () => {
  const loaded = thread([
    [at(9), at(7)],
    [at(5), at(1)],
  ]);
  expect(ids(withMessage(loaded, at(8)))).toEqual(["m1", "m5", "m7", "m8", "m9"]);
  expect(ids(withMessage(loaded, at(3)))).toEqual(["m1", "m3", "m5", "m7", "m9"]);
});

test("a message older than everything loaded waits for its page", () => {
  const loaded = thread([[at(9), at(8)]], "older");
  expect(withMessage(loaded, at(1))).toBe(loaded);
  expect(ids(withMessage(thread([[at(9)]]), at(1)))).toEqual(["m1", "m9"]);
});

test("the first message of an empty thread is shown", () => {
  expect(ids(withMessage(thread([[]]), at(1)))).toEqual(["m1"]);
});

test("a late or doubled receipt never takes a tick away", () => {
  const delivered = thread([[aMessage({ direction: "outbound", state: "delivered" })]]);
  expect(withMessage(delivered, aMessage({ direction: "outbound", state: "sent" }))).toBe(delivered);
  const read = withMessage(delivered, aMessage({ direction: "outbound", state: "read" }));
  expect(inReadingOrder(read)[0]?.state).toBe("read");
  expect(withMessage(read, aMessage({ direction: "outbound", state: "delivered" }))).toBe(read);
});

test("before it left, a message may be held again with its reason", () => {
  const queued = thread([[aMessage({ direction: "outbound", state: "queued" })]]);
  const held = withMessage(queued, aMessage({ direction: "outbound", state: "held" }));
  expect(inReadingOrder(held)[0]?.state).toBe("held");
});

test("equal times are ordered by id, so that everyone sees the same order", () => {
  const first = aMessage({ id: "a", at: minute(1) });
  const second = aMessage({ id: "b", at: minute(1) });
  expect(ids(withMessage(thread([[second]]), first))).toEqual(["a", "b"]);
  expect(ids(withMessage(thread([[first]]), second))).toEqual(["a", "b"]);
});

test("a message that waited stands where it left, not where it was written", () => {
  const waiting = aMessage({ id: "w", direction: "outbound", state: "scheduled", at: minute(1) });
  const loaded = thread([[at(5), at(3), waiting]]);
  const left = withMessage(loaded, { ...waiting, state: "queued", at: minute(9) });
  expect(ids(left)).toEqual(["m3", "m5", "w"]);
  expect(withMessage(left, { ...waiting, state: "queued", at: minute(9) })).toEqual(left);
});
