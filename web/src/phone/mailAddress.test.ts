import { expect, test } from "vitest";

import { mailAddress, mailSender, ownWords, senderName } from "./mailAddress";

const named = (name: string) => ({ name, number: "+14155550117" });

test("an address is made of the name, or of the number where the name has no letters for it", () => {
  expect(mailAddress(named("José Ángel Núñez"))).toBe("jose.angel.nunez@example.net");
  expect(mailAddress(named("Kai 🌊"))).toBe("kai@example.net");
  expect(mailAddress(named("北京"))).toBe("14155550117@example.net");
  expect(mailSender(named('Ana "A" López'))).toBe('"Ana A López" <ana.a.lopez@example.net>');
});

test("what a mail program repeats is left out", () => {
  expect(ownWords("Thanks\n\nOn Thu, 20 Nov 2026 at 9:00, Harbor <a@b.example> wrote:\n> Hello\n")).toBe(
    "Thanks",
  );
  expect(ownWords("On the way\nto you")).toBe("On the way\nto you");
});

test("a sender is called by name", () => {
  expect(senderName('"Harbor Street" <hello@harbor.example>')).toBe("Harbor Street");
  expect(senderName("hello@harbor.example")).toBe("hello@harbor.example");
  expect(senderName("<hello@harbor.example>")).toBe("<hello@harbor.example>");
});
