import { expect, test } from "vitest";

import { someRules } from "@/test/samples";

import { newRegion, problemOf, regionName } from "./compliance";

const region = (code: string, starts = "20:00", ends = "08:00") => ({ region: code, starts, ends });

test("rules that can be kept have no problem", () => {
  expect(problemOf(someRules())).toBeUndefined();
});

test("regions are countries or their parts, each once", () => {
  expect(problemOf(someRules({ regions: [region("Florida")] }))).toBe("region");
  expect(problemOf(someRules({ regions: [newRegion(someRules().quiet_hours)] }))).toBe("region");
  expect(problemOf(someRules({ regions: [region("FR"), region("FR")] }))).toBe("sameRegion");
});

test("hours need a beginning and another end", () => {
  expect(problemOf(someRules({ regions: [region("FR", "")] }))).toBe("hours");
  expect(problemOf(someRules({ regions: [region("FR", "08:00", "08:00")] }))).toBe("hours");
  const off = { enabled: false, starts: "", ends: "" };
  expect(problemOf(someRules({ quiet_hours: off, regions: [] }))).toBe("hours");
});

test("a first text that shall say how to opt out has to say it", () => {
  expect(problemOf(someRules({ first_contact: { enabled: true, text: " " } }))).toBe("firstContact");
  expect(problemOf(someRules({ first_contact: { enabled: false, text: "" } }))).toBeUndefined();
});

test("regions are read by name", () => {
  expect(regionName("FR")).toBe("France");
  expect(regionName("US-FL")).toBe("United States, FL");
  expect(regionName("fl")).toBeUndefined();
});
