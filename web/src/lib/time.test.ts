import { expect, test } from "vitest";

import { dayLabel, daysAgo, listTime, relativeTime } from "./time";

const now = new Date(2025, 10, 20, 9, 30).getTime();
const at = (...parts: [number, number, number, number?, number?]): string => new Date(...parts).toISOString();

test("list times grow coarser with age", () => {
  expect(listTime(new Date(now - 20_000).toISOString(), now, "now")).toBe("now");
  expect(listTime(new Date(now - 4 * 60_000).toISOString(), now, "now")).toBe("4m");
  expect(listTime(at(2025, 10, 20, 7, 2), now, "now")).toContain("7:02");
  expect(listTime(at(2025, 10, 18, 7, 2), now, "now")).toBe("Tue");
  expect(listTime(at(2025, 9, 3), now, "now")).toBe("Oct 3");
  expect(listTime(at(2023, 9, 3), now, "now")).toBe("Oct 3, 2023");
});

test("yesterday begins at midnight, not a day ago", () => {
  const lateYesterday = new Date(2025, 10, 19, 23, 59).getTime();
  expect(daysAgo(lateYesterday, now)).toBe(1);
  expect(dayLabel(lateYesterday, now)).toBe("Yesterday");
  expect(dayLabel(now, now)).toBe("Today");
});

test("older days carry their date, other years their year", () => {
  expect(dayLabel(new Date(2025, 10, 17).getTime(), now)).toBe("Monday");
  expect(dayLabel(new Date(2025, 9, 3).getTime(), now)).toBe("Friday, October 3");
  expect(dayLabel(new Date(2023, 9, 3).getTime(), now)).toContain("2023");
});

test("a time of ours slightly ahead of the reader's clock is now", () => {
  expect(listTime(new Date(now + 5_000).toISOString(), now, "now")).toBe("now");
});

test("relative times look forward as well", () => {
  expect(relativeTime(new Date(now + 6 * 86_400_000).toISOString(), now)).toBe("in 6 days");
});
