import { expect, test } from "vitest";

import { instantOf } from "@/lib/zones";

import { firstName, twoClocks } from "./words";

const now = Date.parse("2026-11-20T12:00:00Z");
const [berlin, newYork] = ["Europe/Berlin", "America/New_York"];

test("the same clock is said once", () => {
  const time = instantOf("2026-11-24T09:00", berlin);
  expect(twoClocks(time, berlin, now, "Europe/Paris").ours).toBeUndefined();
  expect(twoClocks(time, undefined, now, berlin)).toEqual({
    theirs: expect.stringMatching(/^Tue 9:00\sAM$/) as string,
    ours: undefined,
  });
});

test("the day is said again only when it is another one here", () => {
  const morning = twoClocks(instantOf("2026-11-24T09:00", berlin), berlin, now, newYork);
  expect(morning.ours).toMatch(/^3:00\sAM$/);
  const night = twoClocks(instantOf("2026-11-24T02:00", berlin), berlin, now, newYork);
  expect(night.ours).toMatch(/^Mon 8:00\sPM$/);
});

test("people are called by their first name, numbers by none", () => {
  expect(firstName(" Ana  Ruiz ")).toBe("Ana");
  expect(firstName("🦊 Fox & Söhne")).toBe("Fox");
  expect(firstName(null)).toBeUndefined();
  expect(firstName("  ")).toBeUndefined();
});
