import { expect, test } from "vitest";

import { opening } from "./opening";

test("a text that fits, or nearly, is shown whole", () => {
  expect(opening("Hello")).toBeUndefined();
  expect(opening("line\n".repeat(19))).toBeUndefined();
});

test("a long text is cut where a line ends", () => {
  const text = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
  expect(opening(text, 3)).toBe("line 0\nline 1\nline 2 …");
});

test("a long paragraph is cut between words, a long word between characters", () => {
  const cut = opening("word ".repeat(400), 2);
  expect(cut).toMatch(/^(word )+word …$/);
  expect(cut?.length).toBeLessThan(2 * 72 + 3);
  expect(opening("😀".repeat(1000), 1)).toBe(`${"😀".repeat(36)} …`);
  expect(opening(`a${"😀".repeat(1000)}`, 1)).toBe(`a${"😀".repeat(35)} …`);
});
