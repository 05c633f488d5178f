import { expect, test } from "vitest";

import type { ComplianceSettings } from "@/api/types";

import { newRegion, problemOf, regionName } from "./compliance";

const settings = (over: Partial<ComplianceSettings> = {}): ComplianceSettings => ({
  quiet_hours: { enabled: true, starts: "21:00", ends: "08:00" },
  regions: [{ region: "US-FL", starts: "20:00", ends: "08:00" }],
  frequency: { marketing_per_day: 1, marketing_per_week: 3 },
  require_marketing_consent: true,
  first_contact: { enabled: true, text: "Reply STOP to opt out." },
  default_time_zone: null,
  late: { after_seconds: 3600, action: "send" },
  best_time: false,
  ...over,
});
const region = (code: string, starts = "20:00", ends = "08:00") => ({ region: code, starts, ends });

test("rules that can be kept have no problem", () => {
  expect(problemOf(settings())).toBeUndefined();
});

test("regions are countries or their parts, each once", () => {
  expect(problemOf(settings({ regions: [region("Florida")] }))).toBe("region");
  expect(problemOf(settings({ regions: [newRegion(settings().quiet_hours)] }))).toBe("region");
  expect(problemOf(settings({ regions: [region("FR"), region("FR")] }))).toBe("sameRegion");
});

test("hours need a beginning and another end", () => {
  expect(problemOf(settings({ regions: [region("FR", "")] }))).toBe("hours");
  expect(problemOf(settings({ regions: [region("FR", "08:00", "08:00")] }))).toBe("hours");
  const off = { enabled: false, starts: "", ends: "" };
  expect(problemOf(settings({ quiet_hours: off, regions: [] }))).toBe("hours");
});

test("a first text that shall say how to opt out has to say it", () => {
  expect(problemOf(settings({ first_contact: { enabled: true, text: " " } }))).toBe("firstContact");
  expect(problemOf(settings({ first_contact: { enabled: false, text: "" } }))).toBeUndefined();
});

test("regions are read by name", () => {
  expect(regionName("FR")).toBe("France");
  expect(regionName("US-FL")).toBe("United States, FL");
  expect(regionName("fl")).toBeUndefined();
});
