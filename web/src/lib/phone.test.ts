import { expect, test } from "vitest";

import { formatPhone } from "./phone";

test("numbers of the reader's own country are written the national way", () => {
  expect(formatPhone("+14155550132", "US")).toBe("(415) 555-0132");
  expect(formatPhone("+14155550132", "DE")).toBe("+1 (415) 555-0132");
});

test("other numbers are grouped after their country code", () => {
  expect(formatPhone("+442079460018", "US")).toBe("+44 207 946 0018");
  expect(formatPhone("+971501234567", "US")).toBe("+971 501 234 567");
  expect(formatPhone("+4915112345678", "US")).toBe("+49 151 123 456 78");
});

test("short codes and sender names stay as they are", () => {
  expect(formatPhone("32665", "US")).toBe("32665");
  expect(formatPhone("BRIGHT", "US")).toBe("BRIGHT");
});
