import { expect, test } from "vitest";

import { Drafts } from "./drafts";

test("a draft survives a reload, per conversation", () => {
  new Drafts("u1").write("v1", "Half a thought");
  const reloaded = new Drafts("u1");
  expect(reloaded.read("v1")).toBe("Half a thought");
  expect(reloaded.read("v2")).toBe("");
});

test("another user on the same machine does not see it", () => {
  new Drafts("u1").write("v1", "Private");
  expect(new Drafts("u2").read("v1")).toBe("");
});

test("an emptied draft is gone", () => {
  const drafts = new Drafts("u1");
  drafts.write("v1", "Text");
  drafts.write("v1", "  \n");
  expect(localStorage.length).toBe(0);
});

test("closed storage keeps drafts until the page is left, and breaks nothing", () => {
  const closed = {
    read: () => null,
    write: () => undefined,
    remove: () => undefined,
    keys: () => [],
  };
  const drafts = new Drafts("u1", closed);
  drafts.write("v1", "Text");
  expect(drafts.read("v1")).toBe("Text");
  expect(new Drafts("u1", closed).read("v1")).toBe("");
});
