import { expect, test, vi } from "vitest";

import type { Media } from "@/api/types";
import { aFile } from "@/test/samples";

import { Attachments } from "./attachments";

type Asked = {
  name: string;
  signal: AbortSignal;
  progress: (share: number) => void;
  done: (media: Media) => void;
  fail: (error: unknown) => void;
};

/** Files on their way to a server that answers when the test says so. */
function setUp() {
  const asked: Asked[] = [];
  let keys = 0;
  const release = vi.fn();
  const attachments = new Attachments({
    upload: (file, progress, signal) =>
      new Promise((done, fail) => asked.push({ name: file.name, signal, progress, done, fail })),
    newKey: () => `f${(keys += 1)}`,
    preview: (file) => `blob:${file.name}`,
    release,
    reasonOf: (error) => (error instanceof Error ? error.message : undefined),
  });
  const states = (): string[] => attachments.of("v1").map(({ name, state }) => `${name} ${state}`);
  return { attachments, asked, release, states };
}

const png = (name: string): File => new File(["..."], name, { type: "image/png" });
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("a file waits until it is started, tells how far it is, and ends with the server's word on it", async () => {
  const { attachments, asked, states } = setUp();
  attachments.add("v1", [png("cat.png")]);
  expect(states()).toEqual(["cat.png waiting"]);
  expect(asked).toHaveLength(0);
  attachments.start("f1");
  attachments.start("f1");
  expect(asked).toHaveLength(1);
  asked[0]?.progress(0.5);
  expect(attachments.of("v1")[0]).toMatchObject({
    state: "uploading",
    progress: 0.5,
    preview: "blob:cat.png",
  });
  asked[0]?.done(aFile({ content_type: "image/jpeg" }));
  await settle();
  expect(attachments.of("v1")[0]).toMatchObject({
    state: "uploaded",
    type: "image/jpeg",
    media: { id: "f-1" },
  });
});

test("two leave at once, the others after them", async () => {
  const { attachments, asked } = setUp();
  attachments.add("v1", ["a", "b", "c"].map(png));
  for (const key of ["f1", "f2", "f3"]) attachments.start(key);
  expect(asked.map(({ name }) => name)).toEqual(["a", "b"]);
  asked[1]?.done(aFile());
  await settle();
  expect(asked.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("what failed says why and can be tried again", async () => {
  const { attachments, asked, states } = setUp();
  attachments.add("v1", [png("cat.png")]);
  attachments.start("f1");
  asked[0]?.fail(new Error("The disk is full."));
  await settle();
  expect(attachments.of("v1")[0]).toMatchObject({ state: "failed", reason: "The disk is full." });
  attachments.start("f1");
  asked[1]?.done(aFile());
  await settle();
  expect(states()).toEqual(["cat.png uploaded"]);
});

test("what is taken off is called off, and does not come back", async () => {
  const { attachments, asked, release } = setUp();
  attachments.add("v1", [png("a"), png("b")]);
  attachments.add("v2", [png("c")]);
  attachments.start("f1");
  attachments.remove("v1", "f1");
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(release).toHaveBeenCalledWith("blob:a");
  asked[0]?.done(aFile());
  await settle();
  expect(attachments.of("v1").map(({ name }) => name)).toEqual(["b"]);
  attachments.clear("v1");
  expect(attachments.of("v1")).toEqual([]);
  expect(attachments.of("v2")).toHaveLength(1);
});
