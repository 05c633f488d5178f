import { expect, test } from "vitest";

import { aConversation } from "@/test/samples";

import { belongs, defaultFilter, filterOf, parseFilterSearch, toQuery } from "./filter";

test("an address is read leniently: what is unknown is left out", () => {
  expect(parseFilterSearch({ status: "resolved", unread: "true", q: 415 })).toEqual({
    status: "resolved",
    unread: true,
    q: "415",
  });
  expect(parseFilterSearch({ status: "bogus", unread: "no", q: "", other: 1 })).toEqual({});
});

test("the default view has an empty address and asks for open conversations", () => {
  expect(filterOf({})).toEqual(defaultFilter);
  expect(toQuery(defaultFilter)).toEqual({ status: "open" });
  expect(toQuery({ status: "all", unread: true, q: "ana" })).toEqual({
    status: "all",
    unread: true,
    q: "ana",
  });
});

test("a view knows what belongs in it, except for a search", () => {
  const open = aConversation({ unread_count: 1 });
  expect(belongs(defaultFilter, open)).toBe(true);
  expect(belongs({ ...defaultFilter, status: "resolved" }, open)).toBe(false);
  expect(belongs({ ...defaultFilter, unread: true }, aConversation())).toBe(false);
  expect(belongs({ ...defaultFilter, status: "all" }, aConversation({ status: "snoozed" }))).toBe(true);
  expect(belongs({ ...defaultFilter, q: "ana" }, open)).toBeUndefined();
});
