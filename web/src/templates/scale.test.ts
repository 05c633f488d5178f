import { expect, test } from "vitest";

import { scaleEnd } from "./scale";

test("the scale ends at a round share above everything", () => {
  expect(scaleEnd([0.42, 0.31])).toBe(0.5);
  expect(scaleEnd([0.004])).toBe(0.01);
  expect(scaleEnd([0.97, 0.2])).toBe(1);
  expect(scaleEnd([])).toBe(0.01);
});
