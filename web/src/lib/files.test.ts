import { expect, test } from "vitest";

import { fileSize, kindOf } from "./files";

test("sizes are written in the units people count in", () => {
  expect(fileSize(1)).toBe("1 byte");
  expect(fileSize(12)).toBe("12 bytes");
  expect(fileSize(500 * 1024)).toBe("500 kB");
  expect(fileSize(5 * 1024 * 1024)).toBe("5 MB");
  expect(fileSize(1_600_000)).toBe("1.5 MB");
});

test("what can be neither shown nor played is a file", () => {
  expect(["image/png", "audio/ogg", "video/mp4", "application/pdf", "", null].map(kindOf)).toEqual([
    "image",
    "audio",
    "video",
    "file",
    "file",
    "file",
  ]);
});
