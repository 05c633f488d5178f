import { expect, test } from "vitest";

import { between, duration } from "./duration";

test.each([
  [0, "0 ms"],
  [42, "42 ms"],
  [999, "999 ms"],
  [1_000, "1 sec"],
  [1_999, "1 sec"],
  [90_000, "90 sec"],
  [119_000, "119 sec"],
  [120_000, "2 min"],
  [100 * 60_000, "100 min"],
  [5 * 3_600_000, "5 hr"],
  [50 * 3_600_000, "2 days"],
])("%d ms is read as %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test("clocks that disagree a little make no negative age", () => {
  expect(between("2026-11-20T10:00:05Z", "2026-11-20T10:00:04Z")).toBe(0);
  expect(between("2026-11-20T10:00:04Z", "2026-11-20T10:00:06.5Z")).toBe(2_500);
});
