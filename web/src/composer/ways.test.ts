import { expect, test } from "vitest";

import type { Way } from "@/api/types";
import { aLine } from "@/test/render";

import { needsTemplate, replyWay, timeLeft, windowEnd } from "./ways";

const now = Date.parse("2026-11-20T12:00:00Z");
const way = (id: string, over: Partial<Way> = {}): Way => ({
  line: { ...aLine, id },
  is_default: false,
  reaches: true,
  by_template: false,
  ...over,
});
const open = (until: string): Partial<Way> => ({ window: { open: true, until } });

test("a reply takes the chosen way, else the one they wrote by last", () => {
  const ways = [way("sms"), way("whatsapp", { is_default: true })];
  expect(replyWay(ways, null)?.line.id).toBe("whatsapp");
  expect(replyWay(ways, "sms")?.line.id).toBe("sms");
  expect(replyWay(ways, "gone")?.line.id).toBe("whatsapp");
  expect(replyWay(undefined, "sms")).toBeUndefined();
});

test("a window that closes while the page is open closes here too", () => {
  const closing = way("w", open("2026-11-20T12:00:01Z"));
  expect(windowEnd(closing, now)).toBe(now + 1000);
  expect(needsTemplate(closing, now)).toBe(false);
  expect(windowEnd(closing, now + 1000)).toBeUndefined();
  expect(needsTemplate(closing, now + 1000)).toBe(true);
});

test("a way without a window needs no template, nor one that is shut for another reason", () => {
  expect(needsTemplate(way("sms"), now)).toBe(false);
  const optedOut = { reaches: false, code: "opted_out", window: { open: false } };
  expect(needsTemplate(way("w", optedOut), now)).toBe(false);
  expect(needsTemplate(way("w", { reaches: false, by_template: true }), now)).toBe(true);
  expect(needsTemplate(undefined, now)).toBe(false);
});

test("the time left is told in hours and minutes", () => {
  expect(timeLeft((5 * 60 + 12) * 60_000)).toBe("5 hr 12 min");
  expect(timeLeft(2 * 3_600_000)).toBe("2 hr");
  expect(timeLeft(59_000)).toBe("0 min");
});
