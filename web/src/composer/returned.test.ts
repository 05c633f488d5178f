import { expect, test } from "vitest";

import { Drafts } from "./drafts";
import type { OutboxEntry } from "./outbox";
import { dismissReturned, giveBack, readReturned } from "./returned";

const refused = (conversationId: string): OutboxEntry => ({
  key: "k",
  conversationId,
  lineId: null,
  body: "The refused text",
  createdAt: 0,
  state: "sending",
});

test("a refused text becomes the draft again, with the reason", () => {
  const drafts = new Drafts("u1");
  giveBack(drafts, refused("v1"), "They opted out.");
  expect(drafts.read("v1")).toBe("The refused text");
  expect(readReturned("v1")).toEqual({ reason: "They opted out." });
  dismissReturned("v1");
  expect(readReturned("v1")).toBeUndefined();
});

test("what was written meanwhile is not overwritten, and the refused text is not lost", () => {
  const drafts = new Drafts("u1");
  drafts.write("v2", "The next thought");
  giveBack(drafts, refused("v2"), "Too long.");
  expect(drafts.read("v2")).toBe("The next thought");
  expect(readReturned("v2")?.waiting).toBe("The refused text");
});
