import { expect, test } from "vitest";

import { addDays, instantOf, isKnownZone, sameClock, wallTime, weekdayOf, zoneTime } from "./zones";

const utc = (text: string): number => Date.parse(`${text}Z`);

test("a wall time is found in zones on both sides of Greenwich", () => {
  expect(instantOf("2026-11-21T09:00", "America/New_York")).toBe(utc("2026-11-21T14:00:00"));
  expect(instantOf("2026-11-21T09:00", "Asia/Kolkata")).toBe(utc("2026-11-21T03:30:00"));
  expect(instantOf("2026-07-01T00:30", "Pacific/Auckland")).toBe(utc("2026-06-30T12:30:00"));
});

test("reading a wall time back gives the same, also around clock changes", () => {
  for (const zone of ["Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe"])
    for (let hours = 0; hours < 24 * 366; hours += 5) {
      const local = wallTime(utc("2026-01-01T00:17:00") + hours * 3_600_000, zone);
      expect(wallTime(instantOf(local, zone), zone)).toBe(local);
    }
});

test("a time that the clock skips means the first minute after the gap", () => {
  const time = instantOf("2026-03-29T02:30", "Europe/Berlin");
  expect(wallTime(time, "Europe/Berlin")).toBe("2026-03-29T03:00");
  const west = instantOf("2026-03-08T02:15", "America/New_York");
  expect(wallTime(west, "America/New_York")).toBe("2026-03-08T03:00");
});

test("a time that comes twice means the first", () => {
  expect(instantOf("2026-10-25T02:30", "Europe/Berlin")).toBe(utc("2026-10-25T00:30:00"));
  expect(instantOf("2026-11-01T01:30", "America/New_York")).toBe(utc("2026-11-01T05:30:00"));
});

test("what is no time is no time", () => {
  expect(instantOf("", "Europe/Berlin")).toBeNaN();
  expect(isKnownZone("Mars/Olympus")).toBe(false);
});

test("days are counted on the calendar", () => {
  expect(addDays("2026-12-31T09:00", 1)).toBe("2027-01-01T09:00");
  expect(weekdayOf("2026-11-23T09:00")).toBe(1);
});

test("times to come are said as shortly as they are clear, in their own zone", () => {
  const now = utc("2026-11-20T22:30:00");
  const zone = "Europe/Berlin";
  const said = (local: string): string => zoneTime(instantOf(local, zone), zone, now);
  expect(said("2026-11-20T23:45")).toMatch(/^11:45\sPM$/);
  expect(said("2026-11-24T09:00")).toMatch(/^Tue 9:00\sAM$/);
  expect(said("2026-11-27T09:00")).toMatch(/^Nov 27, 9:00\sAM$/);
  expect(said("2027-01-05T09:00")).toMatch(/^Jan 5, 2027, 9:00\sAM$/);
});

test("two zones may show the same clock in winter and not in summer", () => {
  expect(sameClock(utc("2026-01-10T12:00:00"), "Africa/Lagos", "Europe/Berlin")).toBe(true);
  expect(sameClock(utc("2026-07-10T12:00:00"), "Africa/Lagos", "Europe/Berlin")).toBe(false);
});
