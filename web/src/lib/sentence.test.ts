import { expect, test } from "vitest";

import { sentence } from "./sentence";

test("a fragment becomes a sentence, and a sentence stays one", () => {
  expect(sentence("phone cannot be reached")).toBe("Phone cannot be reached.");
  expect(sentence("Is it there?")).toBe("Is it there?");
  expect(sentence("École fermée…")).toBe("École fermée…");
});
