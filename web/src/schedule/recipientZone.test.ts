import { expect, test } from "vitest";

import { ownZone } from "@/lib/zones";

import { zoneFrom } from "./recipientZone";

test("the first zone counts, the others are named", () => {
  const zones = ["America/New_York", "America/Chicago"];
  expect(zoneFrom({ zones, source: "number" })).toEqual({ zone: "America/New_York", zones, known: true });
});

test("zones this browser cannot compute with are passed over", () => {
  expect(zoneFrom({ zones: ["Mars/Olympus", "Europe/Berlin"], source: "contact" }).zone).toBe(
    "Europe/Berlin",
  );
});

test("without any, the times are the reader's own, and that is known", () => {
  expect(zoneFrom(undefined)).toEqual({ zone: ownZone(), zones: [], known: false });
  expect(zoneFrom({ zones: [], source: "default" }).known).toBe(false);
});
