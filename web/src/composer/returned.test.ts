import { beforeEach, expect, test } from "vitest";

import { aFile } from "@/test/samples";

import { Attachments } from "./attachments";
import { Drafts, subjectDraft } from "./drafts";
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

let drafts: Drafts;
let attachments: Attachments;

beforeEach(() => {
  drafts = new Drafts("u1");
  attachments = new Attachments({
    upload: () => Promise.reject(new Error("Nothing is brought here")),
    newKey: () => "f1",
    preview: () => "",
    release: () => undefined,
    reasonOf: () => undefined,
  });
});

test("a refused text becomes the draft again, with the reason", () => {
  giveBack({ drafts, attachments }, refused("v1"), "They opted out.");
  expect(drafts.read("v1")).toBe("The refused text");
  expect(readReturned("v1")).toEqual({ reason: "They opted out." });
  dismissReturned("v1");
  expect(readReturned("v1")).toBeUndefined();
});

test("what was written meanwhile is not overwritten, and the refused text is not lost", () => {
  drafts.write("v2", "The next thought");
  giveBack({ drafts, attachments }, refused("v2"), "Too long.");
  expect(drafts.read("v2")).toBe("The next thought");
  expect(readReturned("v2")?.waiting).toBe("The refused text");
});

test("its files and its subject come back with it", () => {
  const sent = { ...refused("v3"), media: [aFile()], subject: "Your invoice" };
  giveBack({ drafts, attachments }, sent, "The line is closed.");
  expect(attachments.of("v3")).toMatchObject([{ name: "cat.png", state: "uploaded", media: { id: "f-1" } }]);
  expect(drafts.read(subjectDraft("v3"))).toBe("Your invoice");
});
