import { expect, test } from "vitest";

import type { Template } from "@/api/types";

import {
  contentDraft,
  draftOf,
  emptyDraft,
  inputOf,
  newVariable,
  newVariant,
  previewValues,
  problemOf,
  sameDraft,
  shareOf,
  type TemplateDraft,
  undeclaredIn,
} from "./form";
import { placesIn } from "./syntax";

const template: Template = {
  id: "t1",
  name: "Reminder",
  purpose: "transactional",
  version: 3,
  variants: [
    { name: "A", weight: 3, bodies: { "*": "Hi {{contact.first_name|there}}, see you {{day:date}}." } },
    { name: "B", weight: 1, bodies: { "*": "Reminder: {{day:date}}", sms: "See you {{day:date}}" } },
  ],
  variables: [{ name: "day", label: "Day", default: null, format: "date", example: "2026-11-24T09:00:00Z" }],
  archived: false,
  created_at: "2026-11-01T00:00:00Z",
  updated_at: "2026-11-02T00:00:00Z",
  updated_by: null,
};

const changed = (over: Partial<TemplateDraft>): TemplateDraft => ({ ...draftOf(template), ...over });

test("a template read into the form and written again is the same", () => {
  expect(inputOf(draftOf(template))).toEqual({
    name: "Reminder",
    purpose: "transactional",
    variants: template.variants,
    variables: [{ name: "day", label: "Day", format: "date", example: "2026-11-24T09:00:00Z" }],
  });
  expect(sameDraft(draftOf(template), draftOf(template))).toBe(true);
  expect(sameDraft(draftOf(template), changed({ name: "Other" }))).toBe(false);
});

test("places are read with their formats and defaults; escaped braces are text", () => {
  expect(placesIn("Hi {{ contact.name:title|there }}, \\{{no}} {{total:money USD}}")).toEqual([
    { name: "contact.name", format: "title", fallback: "there " },
    { name: "total", format: "money USD", fallback: undefined },
  ]);
});

test("what is used and not declared is told; what the server fills is not", () => {
  expect(undeclaredIn(draftOf(template))).toEqual([]);
  const bodies = { "*": "{{contact.plan}} {{code}} {{today:date}} {{code}} {{amount}}" };
  expect(undeclaredIn(changed({ variants: [{ ...newVariant([]), bodies }] }))).toEqual(["code", "amount"]);
});

test("it says what is missing before it can be saved", () => {
  expect(problemOf(draftOf(template))).toBeUndefined();
  expect(problemOf(emptyDraft())).toBe("name");
  expect(problemOf({ ...emptyDraft(), name: "Hello" })).toBe("body");
  const [first] = draftOf(template).variants;
  if (!first) throw new Error("no variant");
  expect(problemOf(changed({ variants: [{ ...first, weight: 0 }] }))).toBe("weight");
  expect(problemOf(changed({ variants: [first, { ...first, key: "x" }] }))).toBe("variantName");
  expect(problemOf(changed({ variables: [newVariable("day"), newVariable("day")] }))).toBe("variableName");
});

test("a variable without a name is not sent, and stands in nobody's way", () => {
  const draft = changed({ variables: [...contentDraft(template).variables, newVariable()] });
  expect(inputOf(draft).variables).toHaveLength(1);
  expect(problemOf(draft)).toBeUndefined();
});

test("new variants take the next free letter", () => {
  const [a, b] = draftOf(template).variants;
  if (!a || !b) throw new Error("no variants");
  expect(newVariant([a, b]).name).toBe("C");
  expect(newVariant([b]).name).toBe("A");
});

test("weights are shares of their sum", () => {
  const { variants } = template;
  expect(variants.map((variant) => shareOf(variant, variants))).toEqual([0.75, 0.25]);
  expect(shareOf({ weight: 0 }, [{ weight: 0 }])).toBe(0);
});

test("a preview takes what was tried, else the example", () => {
  const variables = [
    { ...newVariable("a"), example: "1" },
    newVariable("b"),
    { ...newVariable("c"), example: "3" },
  ];
  expect(previewValues(variables, { a: "x", b: "y" })).toEqual({ a: "x", b: "y", c: "3" });
});
