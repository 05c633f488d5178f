import { expect, test } from "vitest";

import { countSegments, wideCharacters } from "./segments";
import { narrowed } from "./replacements";
import vectors from "./vectors/sms_segments.json";

test.each(vectors.vectors)("$id: $description", ({ text, plain }) => {
  const count = countSegments(text);
  expect({
    encoding: count.encoding,
    segments: count.segments,
    characters: count.characters,
    units: count.unitsPerSegment,
  }).toEqual({
    encoding: plain.encoding,
    segments: plain.segments,
    characters: plain.characters,
    units: plain.units_per_segment,
  });
});

test.each(vectors.vectors.filter((vector) => "smart_encoding" in vector))(
  "$id, with replacements: $description",
  ({ text, smart_encoding: smart }) => {
    const count = countSegments(narrowed(text));
    expect([count.encoding, count.segments, count.characters]).toEqual([
      smart?.encoding,
      smart?.segments,
      smart?.characters,
    ]);
  },
);

test("a character larger than a segment still fits into whole segments", () => {
  const zalgo = "e" + "\u0301".repeat(150);
  expect(countSegments(zalgo).unitsPerSegment).toEqual([67, 67, 17]);
});

test("what is left counts down to the next segment", () => {
  expect(countSegments("").unitsLeft).toBe(160);
  expect(countSegments("a".repeat(159)).unitsLeft).toBe(1);
  expect(countSegments("a".repeat(161)).unitsLeft).toBe(145);
});

test("the characters that make a text wide are named once each", () => {
  expect(wideCharacters("It’s “fine”, isn’t it?")).toEqual(["’", "“", "”"]);
});
