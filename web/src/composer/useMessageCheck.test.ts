import { expect, test } from "vitest";

import type { MessageCheck } from "@/api/types";

import { aLine } from "@/test/render";

import { foresightOf } from "./useMessageCheck";

const check = (over: Partial<MessageCheck> = {}): MessageCheck => ({
  ok: true,
  code: null,
  reason: null,
  hold_until: null,
  line: aLine,
  segments: 1,
  encoding: "GSM-7",
  body: "Hello",
  recipient_time_zone: { zones: ["Europe/Berlin"], source: "number", local_time: "10:00" },
  ...over,
});

test("nothing stands in the way", () => {
  expect(foresightOf(check(), "Hello")).toEqual({ zone: "Europe/Berlin" });
});

test("what the gate refuses is refused in its words", () => {
  const refused = check({ ok: false, code: "blocked", reason: "Ana is blocked." });
  expect(foresightOf(refused, "Hello")).toEqual({ refusal: "Ana is blocked." });
});

test("quiet hours are no refusal: it leaves later", () => {
  const until = "2026-11-21T07:00:00Z";
  const held = check({ ok: true, code: "quiet_hours", reason: "It is night there.", hold_until: until });
  expect(foresightOf(held, "Hello").hold).toEqual({
    until: Date.parse(until),
    code: "quiet_hours",
    reason: "It is night there.",
  });
});

test("what is added to the text is shown, and only that", () => {
  expect(foresightOf(check({ body: "Hello\n\nReply STOP to opt out." }), "Hello").added).toBe(
    "\n\nReply STOP to opt out.",
  );
});
