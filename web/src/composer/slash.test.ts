import { expect, test } from "vitest";

import { matching, slashQuery, withTemplate } from "./slash";

test("a slash looks for a template only where a line begins", () => {
  expect(slashQuery("/")).toBe("");
  expect(slashQuery("/inv")).toBe("inv");
  expect(slashQuery("Hello\n/inv")).toBe("inv");
  expect(slashQuery("and/or")).toBeUndefined();
  expect(slashQuery("https://example.com")).toBeUndefined();
  expect(slashQuery("/home/user")).toBeUndefined();
  expect(slashQuery("/inv\nmore")).toBeUndefined();
});

test("the template takes the place of what was typed", () => {
  expect(withTemplate("/inv", "Your invoice")).toBe("Your invoice");
  expect(withTemplate("Hello\n/inv", "Your invoice")).toBe("Hello\nYour invoice");
  expect(withTemplate("Hello ", "Your invoice")).toBe("Hello Your invoice");
});

const template = (name: string, text = "") => ({ name, variants: [{ bodies: { "*": text } }] });

test("what begins with the query comes first, then what holds it, then what says it", () => {
  const all = [
    template("Thanks", "for the invoice"),
    template("Old invoice"),
    template("Invoice"),
    template("Hi"),
  ];
  expect(matching(all, "inv").map(({ name }) => name)).toEqual(["Invoice", "Old invoice", "Thanks"]);
  expect(matching(all, "")).toHaveLength(4);
});
