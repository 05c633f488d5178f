import { expect, test } from "vitest";

import { filledContent, placesIn } from "./content";

test("each place shows its value, and stays while it has none", () => {
  expect(filledContent("Hi {{1}}, on {{ 2 }}", { 1: "Ana" })).toBe("Hi Ana, on {{ 2 }}");
});

test("places are named once, in their order", () => {
  expect(placesIn("{{2}} {{1}} {{ 2 }} {{a b}} {{}}")).toEqual(["2", "1"]);
});
