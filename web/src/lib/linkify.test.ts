import { expect, test } from "vitest";

import { linkify } from "./linkify";

test("an address becomes a link, the sentence's full stop does not", () => {
  expect(linkify("See https://example.com/a?b=1. Thanks")).toEqual([
    { text: "See " },
    { text: "https://example.com/a?b=1", href: "https://example.com/a?b=1" },
    { text: ". Thanks" },
  ]);
});

test("other schemes stay text", () => {
  expect(linkify("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)" }]);
});

test("the parts put together are the text", () => {
  const text = "(https://a.example) and https://b.example/x,y";
  expect(
    linkify(text)
      .map((part) => part.text)
      .join(""),
  ).toBe(text);
});
