import { expect, test } from "vitest";

import { displayName, hueOf, initials } from "./names";

test("a contact without a name is called by the number, then the email", () => {
  expect(displayName({ name: "  Ana ", phone: "+14155550132" })).toBe("Ana");
  expect(displayName({ name: null, phone: "+14155550132" }, "US")).toBe("(415) 555-0132");
  expect(displayName({ name: " ", email: "ana@example.com" })).toBe("ana@example.com");
});

test("initials take the first and last word, in any script", () => {
  expect(initials("Ana María Ruiz")).toBe("AR");
  expect(initials("ليلى حداد")).toBe("لح");
  expect(initials("élodie")).toBe("É");
});

test("an emoji stands for a name without letters, and never as half a character", () => {
  expect(initials("👨‍👩‍👧‍👦")).toBe("👨‍👩‍👧‍👦");
  expect(initials("🦊 Fox")).toBe("F");
});

test("a number has no initials", () => {
  expect(initials("(415) 555-0132")).toBe("");
  expect(initials(null)).toBe("");
});

test("a hue is steady and on the wheel", () => {
  expect(hueOf("a1b2")).toBe(hueOf("a1b2"));
  expect(hueOf("0190f1c2-aaaa")).toBeGreaterThanOrEqual(0);
  expect(hueOf("0190f1c2-aaaa")).toBeLessThan(360);
});
