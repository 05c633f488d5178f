import { expect, test } from "vitest";

import type { QueueHistory } from "@/api/types";
import { aHistory } from "@/test/samples";

import { countEnd, endOf, fewTicks, tickSteps, totalsOf } from "./history";

test("a scale ends at a round number above everything, and one does not look like many", () => {
  expect(countEnd([])).toBe(4);
  expect(countEnd([1, 0])).toBe(4);
  expect(countEnd([7])).toBe(8);
  expect(countEnd([9])).toBe(10);
  expect(countEnd([41, 3])).toBe(50);
  expect(countEnd([100])).toBe(100);
  expect(countEnd([1_284])).toBe(2_000);
});

test("totals are of everything shown", () => {
  const steps = aHistory("hour", { 1: { sent: 3 }, 59: { sent: 2, failed: 1, in_doubt: 4 } }).items;
  expect(totalsOf(steps)).toEqual({ sent: 5, failed: 1, in_doubt: 4 });
});

const ticks = (history: QueueHistory): Date[] =>
  tickSteps(history).map((index) => new Date(history.items[index]?.at ?? NaN));

test("times stand under quarters of an hour, and not over the ends", () => {
  const hour = aHistory("hour", {});
  const minutes = ticks(hour).map((at) => at.getMinutes());
  expect(minutes.every((minute) => minute % 15 === 0)).toBe(true);
  expect(minutes.length).toBeGreaterThanOrEqual(3);
  expect(Math.min(...tickSteps(hour))).toBeGreaterThan(3);
  expect(Math.max(...tickSteps(hour))).toBeLessThan(54);
});

test("times stand under every sixth hour of a day", () => {
  const day = aHistory("day", {});
  const hours = ticks(day).map((at) => at.getHours());
  expect(hours.length).toBeGreaterThanOrEqual(3);
  expect(hours.every((hour) => hour % 6 === 0)).toBe(true);
});

test("a phone shows fewer times, none of them over another or over the end", () => {
  expect([...fewTicks([8, 23, 38, 53], 60)]).toEqual([38]);
  expect([...fewTicks([10, 34, 58, 82], 96)]).toEqual([58]);
  expect([...fewTicks([12, 27, 42], 60)]).toEqual([42, 12]);
  expect(fewTicks([], 60).size).toBe(0);
});

test("a step ends where the next one begins", () => {
  const { items, step_seconds } = aHistory("day", {});
  const ends = items.map((step) => endOf(step, step_seconds));
  expect(ends.slice(0, -1)).toEqual(items.slice(1).map(({ at }) => at));
});
