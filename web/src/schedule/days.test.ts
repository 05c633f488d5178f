import { expect, test } from "vitest";

import type { Message } from "@/api/types";
import { startOfDay } from "@/lib/time";
import { aMessage } from "@/test/samples";

import { scheduledRows } from "./days";

const now = new Date(2026, 10, 20, 12, 0).getTime();
const at = (day: number, hour: number): string => new Date(2026, 10, day, hour).toISOString();

function waiting(id: string, time: string | null, over: Partial<Message> = {}) {
  const scheduled = time ? { at: time, local: null, time_zone: null, cancel_if_answered: false } : null;
  const contact = { id: "c1", name: "Ana", phone: null };
  return { ...aMessage({ id, direction: "outbound", state: "scheduled", scheduled, ...over }), contact };
}

test("each day once, in the reader's zone", () => {
  const rows = scheduledRows(
    [waiting("a", at(21, 9)), waiting("b", at(21, 23)), waiting("c", at(22, 0))],
    now,
  );
  expect(rows.map((row) => (row.kind === "day" ? row.day : row.key))).toEqual([
    startOfDay(Date.parse(at(21, 9))),
    "a",
    "b",
    startOfDay(Date.parse(at(22, 0))),
    "c",
  ]);
});

test("what has no known time stands under a heading of its own", () => {
  const rows = scheduledRows([waiting("a", at(21, 9)), waiting("h", null, { state: "held" })], now);
  expect(rows.map(({ key }) => key)).toEqual(["open", "h", `day-${startOfDay(Date.parse(at(21, 9)))}`, "a"]);
});

test("what is a moment overdue still counts as today", () => {
  const rows = scheduledRows([waiting("late", at(19, 9)), waiting("a", at(20, 18))], now);
  expect(rows.filter(({ kind }) => kind === "day")).toHaveLength(1);
});
