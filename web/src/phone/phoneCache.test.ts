import { expect, test } from "vitest";

import { phoneOf, withPhoneMessage } from "./phoneCache";
import type { PhoneMessage } from "./simulator";

const text = (sid: string, minute: number, over: Partial<PhoneMessage> = {}): PhoneMessage => ({
  sid,
  direction: "to_phone",
  from: "+1",
  to: "+2",
  body: "Hi",
  media: [],
  at: `2025-11-20T09:0${minute}:00Z`,
  status: "delivered",
  error_code: null,
  channel: "sms",
  ...over,
});

test("messages stand in the order of their times, each once", () => {
  const list = [text("a", 1), text("c", 3)];
  const after = withPhoneMessage(withPhoneMessage(list, text("b", 2)), text("b", 2, { status: "read" }));
  expect(after.map(({ sid, status }) => `${sid} ${status}`)).toEqual([
    "a delivered",
    "b read",
    "c delivered",
  ]);
});

test("the first message of a phone is kept", () => {
  expect(withPhoneMessage([], text("a", 1))).toHaveLength(1);
});

test("a message belongs to the customer's phone, not to the business", () => {
  expect(phoneOf(text("a", 1))).toBe("+2");
  expect(phoneOf(text("a", 1, { direction: "from_phone" }))).toBe("+1");
});
