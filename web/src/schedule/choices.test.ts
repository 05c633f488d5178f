import { expect, test } from "vitest";

import { instantOf, wallTime } from "@/lib/zones";

import { choicesAt, problemOf, whenOf } from "./choices";

const zone = "Europe/Berlin";
const at = (local: string, where = zone): string[] =>
  choicesAt(instantOf(local, where), where).map(({ id, time }) => `${id} ${wallTime(time, where)}`);

test("on a Wednesday morning: in an hour, this evening, tomorrow, Monday", () => {
  expect(at("2026-11-18T10:20")).toEqual([
    "hour 2026-11-18T11:20",
    "evening 2026-11-18T18:00",
    "tomorrow 2026-11-19T09:00",
    "monday 2026-11-23T09:00",
  ]);
});

test("in the evening there is no evening left to offer", () => {
  expect(at("2026-11-18T17:45").join()).not.toContain("evening");
  expect(at("2026-11-18T17:15").join()).toContain("evening");
});

test("on a Sunday tomorrow is Monday, offered once; on a Monday it is the next one", () => {
  expect(at("2026-11-22T10:00").filter((choice) => choice.endsWith("23T09:00"))).toHaveLength(1);
  expect(at("2026-11-23T10:00")).toContain("monday 2026-11-30T09:00");
});

test("the evening is theirs: after ours, before ours, around the world", () => {
  const now = Date.parse("2026-11-18T16:30:00Z");
  const evening = choicesAt(now, "America/Los_Angeles").find(({ id }) => id === "evening");
  expect(evening && new Date(evening.time).toISOString()).toBe("2026-11-19T02:00:00.000Z");
  expect(choicesAt(now, "Asia/Tokyo").some(({ id, time }) => id === "evening" && time < now)).toBe(false);
});

test("choices come soonest first, and in an hour means whole minutes", () => {
  const now = instantOf("2026-11-18T16:50", zone) + 12_345;
  const times = choicesAt(now, zone).map(({ time }) => time);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.every((time) => time % 60_000 === 0)).toBe(true);
});

test("a plan is sent as the wall time that was meant, with its zone", () => {
  expect(whenOf({ time: instantOf("2026-11-24T09:00", zone), zone })).toEqual({
    send_at_local: "2026-11-24T09:00",
    time_zone: zone,
  });
});

test("the second of two equal wall times is sent as an instant", () => {
  const second = Date.parse("2026-10-25T01:30:00Z");
  expect(whenOf({ time: second, zone })).toEqual({ send_at: "2026-10-25T01:30:00.000Z" });
});

test("times that the server would refuse are refused before", () => {
  const now = Date.parse("2026-11-18T10:00:00Z");
  expect(problemOf(NaN, now)).toBe("missing");
  expect(problemOf(now - 1, now)).toBe("past");
  expect(problemOf(now + 367 * 86_400_000, now)).toBe("tooFar");
  expect(problemOf(now + 60_000, now)).toBeUndefined();
});
