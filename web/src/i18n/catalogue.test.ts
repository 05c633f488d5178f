import { expect, test } from "vitest";

import { shortcuts } from "@/keyboard/catalogue";

import { i18n } from ".";

test("every shortcut has its words", () => {
  for (const id of Object.keys(shortcuts)) {
    const key = `keyboard.actions.${id}`;
    expect(i18n.exists(key), key).toBe(true);
  }
});

test("plural forms follow the number", () => {
  expect(i18n.t("composer.segments", { count: 1 })).toBe("1 segment");
  expect(i18n.t("composer.segments", { count: 2 })).toBe("2 segments");
});
