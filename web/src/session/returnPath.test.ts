import { expect, test } from "vitest";

import { safeReturnPath } from "./returnPath";

test("a path of ours is kept with its filters", () => {
  expect(safeReturnPath("/inbox/42?status=all")).toBe("/inbox/42?status=all");
});

test.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", undefined, 7])(
  "%s leads to the inbox",
  (path) => {
    expect(safeReturnPath(path)).toBe("/inbox");
  },
);

test("the way back never leads to signing in again", () => {
  expect(safeReturnPath("/sign-in?return=/inbox")).toBe("/inbox");
});
