import { expect, test } from "vitest";

import { clear, presetOf, presets } from "./weather";

test("a preset is recognised by what it sets", () => {
  expect(presetOf(clear)).toBe("clear");
  expect(presetOf({ ...presets.storm })).toBe("storm");
});

test("a changed control is no preset any more", () => {
  expect(presetOf({ ...clear, drop_answer_rate: 0.05 })).toBeUndefined();
});

test("a preset is recognised in the simulator's own order of fields", () => {
  const reported = { ...presets.slow, latency_ms: { max: 4000, min: 1500 } };
  expect(presetOf(reported)).toBe("slow");
});
