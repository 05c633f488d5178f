import { expect, test } from "vitest";

import { countOf, loadedState, narrowedTo, nothing, toggled, toggledLoaded } from "@/lib/selection";

import { letterFilter, parseLetterSearch, selectorOf } from "./filter";

const loaded = ["a", "b", "c"];

test("one by one", () => {
  const one = toggled(nothing, "a", loaded);
  expect(selectorOf(one, {})).toEqual({ ids: ["a"] });
  expect(loadedState(one, loaded)).toBe("some");
  expect(loadedState(toggled(one, "a", loaded), loaded)).toBe("none");
});

test("the box above the list takes all that is seen, then none", () => {
  const seen = toggledLoaded(nothing, loaded);
  expect(selectorOf(seen, { code: "30005" })).toEqual({ ids: loaded });
  expect(toggledLoaded(seen, loaded)).toEqual(nothing);
});

test("everything means the filter, also what is not loaded", () => {
  const everything = { all: true } as const;
  expect(countOf(everything, 1240)).toBe(1240);
  expect(selectorOf(everything, { code: "30005", q: "ana" })).toEqual({ all: true, code: "30005", q: "ana" });
});

test("one taken out of everything leaves what one can see", () => {
  expect(selectorOf(toggled({ all: true }, "b", loaded), {})).toEqual({ ids: ["a", "c"] });
});

test("what left the list is no longer chosen", () => {
  const two = toggled(toggled(nothing, "a", loaded), "b", loaded);
  expect(selectorOf(narrowedTo(two, ["b", "c"]), {})).toEqual({ ids: ["b"] });
  expect(narrowedTo(two, loaded)).toBe(two);
});

test("the address tells all, no code, and one code apart", () => {
  expect(letterFilter(parseLetterSearch({}))).toEqual({});
  expect(letterFilter(parseLetterSearch({ group: "all", q: 555 }))).toEqual({ q: "555" });
  expect(letterFilter(parseLetterSearch({ group: "none" }))).toEqual({ code: "" });
  expect(letterFilter(parseLetterSearch({ group: 30005 }))).toEqual({ code: "30005" });
});
