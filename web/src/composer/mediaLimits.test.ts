import { expect, test } from "vitest";

import type { LineMedia } from "@/api/types";

import { fileProblem, mediaProblem } from "./mediaLimits";

const kb = 1024;
const limits: LineMedia = {
  count_max: 2,
  total_max_bytes: 600 * kb,
  types: [
    { starts_with: "image/png", max_bytes: 500 * kb },
    { starts_with: "audio/", max_bytes: 100 * kb },
  ],
};
const file = (type: string, bytes: number) => ({ name: "x", type, bytes });

test("each limit is kept to the byte", () => {
  for (const [files, kind] of [
    [[], undefined],
    [[file("image/png", 500 * kb)], undefined],
    [[file("image/png", 500 * kb + 1)], "tooLarge"],
    [[file("audio/ogg", 100 * kb)], undefined],
    [[file("audio/mpeg", 100 * kb + 1)], "tooLarge"],
    [[file("application/zip", 1)], "type"],
    [[file("image/png", 1), file("image/png", 1), file("image/png", 1)], "tooMany"],
    [[file("image/png", 300 * kb), file("image/png", 300 * kb)], undefined],
    [[file("image/png", 300 * kb), file("image/png", 300 * kb + 1)], "tooMuch"],
  ] as const) {
    expect(mediaProblem(limits, files)?.kind, JSON.stringify(files)).toBe(kind);
  }
});

test("a line without files says so, but only to those who attach one", () => {
  expect(mediaProblem(null, [])).toBeUndefined();
  expect(mediaProblem(null, [file("image/png", 1)])).toEqual({ kind: "none" });
});

test("of a type the browser does not know, only the size is asked", () => {
  expect(fileProblem(limits, file("", 600 * kb))).toBeUndefined();
  expect(fileProblem(limits, file("", 600 * kb + 1))).toMatchObject({ kind: "tooLarge" });
});
