import { expect, test } from "vitest";

import type { Line, User } from "@/api/types";
import { aLine } from "@/test/render";
import { aConversation, aMessage } from "@/test/samples";

import { blockedBy, longestText, replyLine } from "./readiness";

const user: User = {
  id: "u1",
  name: "Maya",
  email: "m@x.example",
  role: "agent",
  disabled: false,
  created_at: "",
};
const line = (id: string): Line => ({ ...aLine, id });
const { contact } = aConversation();

test("an ordinary reply is not blocked", () => {
  expect(blockedBy(user, contact, line("l1"), "Hi")).toBeUndefined();
});

test("each reason is named, the one that cannot be mended first", () => {
  expect(blockedBy({ ...user, role: "viewer" }, contact, line("l1"), "Hi")).toBe("viewer");
  expect(blockedBy(user, { ...contact, opted_out: true }, line("l1"), "Hi")).toBe("optedOut");
  expect(blockedBy(user, { ...contact, opted_out: true, blocked: true }, line("l1"), "Hi")).toBe("blocked");
  expect(blockedBy(user, { ...contact, phone: null }, line("l1"), "Hi")).toBe("noPhone");
  expect(blockedBy(user, contact, undefined, "Hi")).toBe("noLine");
});

test("an email needs an address and may be long; a text needs a number", () => {
  const mail: Line = { ...line("l1"), channel: "email" };
  const reached = { ...contact, phone: null, email: "ana@example.net" };
  expect(blockedBy(user, contact, mail, "Hi")).toBe("noEmail");
  expect(blockedBy(user, reached, mail, "Hi")).toBeUndefined();
  expect(blockedBy(user, reached, mail, "a".repeat(longestText + 1))).toBeUndefined();
  expect(blockedBy(user, reached, mail, "a".repeat(100_001))).toBe("tooLong");
  expect(blockedBy(user, reached, line("l1"), "Hi")).toBe("noPhone");
});

test("length is counted in characters, so emoji count once", () => {
  expect(blockedBy(user, contact, line("l1"), "👍".repeat(longestText))).toBeUndefined();
  expect(blockedBy(user, contact, line("l1"), "a".repeat(longestText + 1))).toBe("tooLong");
});

test("a reply leaves from the line they wrote to, unless another was chosen", () => {
  const lines = [line("l1"), line("l2"), line("l3")];
  const last = aMessage({ line_id: "l2" });
  expect(replyLine(lines, null, last)?.id).toBe("l2");
  expect(replyLine(lines, "l3", last)?.id).toBe("l3");
  expect(replyLine(lines, "gone", aMessage({ line_id: "gone" }))?.id).toBe("l1");
  expect(replyLine([], null, last)).toBeUndefined();
});
