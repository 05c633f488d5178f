/**
 * How many SMS segments a text takes. 3GPP TS 23.038 gives the alphabets, TS 23.040 the sizes: 140 octets per
 * segment, 6 of them for the header as soon as there is more than one segment. That is 160/153 septets in
 * GSM-7 and 70/67 UTF-16 units in UCS-2. The server decides in the end; this is the same count while typing.
 */
export type Encoding = "GSM-7" | "UCS-2";

export type SegmentCount = {
  encoding: Encoding;
  /** The carrier's unit of charging; an empty text counts as one. */
  segments: number;
  /** Septets in GSM-7, characters as a reader sees them in UCS-2. */
  characters: number;
  /** Septets or UTF-16 units used in each segment. */
  unitsPerSegment: number[];
  /** Units still free in the last segment. */
  unitsLeft: number;
};

const sizes = { "GSM-7": { single: 160, joined: 153 }, "UCS-2": { single: 70, joined: 67 } } as const;

const gsmBasic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
    "abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Written as an escape and a second septet, which may not be torn apart. */
const gsmExtended = new Set("\f^{}\\[~]|€");

export function countSegments(text: string): SegmentCount {
  const scalars = Array.from(text);
  const isGsm = scalars.every((scalar) => gsmBasic.has(scalar) || gsmExtended.has(scalar));
  return isGsm
    ? packed("GSM-7", scalars, (scalar) => (gsmExtended.has(scalar) ? 2 : 1))
    : packed("UCS-2", characters(text), (character) => character.length);
}

/** The characters that force the wide encoding, each once: what to replace to save segments. */
export function wideCharacters(text: string): string[] {
  return [...new Set(text)].filter((scalar) => !gsmBasic.has(scalar) && !gsmExtended.has(scalar));
}

function packed(encoding: Encoding, pieces: string[], unitsOf: (piece: string) => number): SegmentCount {
  const units = pieces.map(unitsOf);
  const total = units.reduce((sum, piece) => sum + piece, 0);
  const { single, joined } = sizes[encoding];
  const unitsPerSegment = total <= single ? [total] : filled(units, joined);
  return {
    encoding,
    segments: unitsPerSegment.length,
    characters: encoding === "GSM-7" ? total : pieces.length,
    unitsPerSegment,
    unitsLeft: (total <= single ? single : joined) - (unitsPerSegment.at(-1) ?? 0),
  };
}

/** Fills segments in order without tearing a piece; one larger than a segment goes on into the next ones. */
function filled(units: number[], size: number): number[] {
  const segments: number[] = [];
  let used = 0;
  for (const piece of units) {
    if (used + piece > size) {
      if (used > 0) segments.push(used);
      used = 0;
    }
    used += piece;
    while (used > size) {
      segments.push(size);
      used -= size;
    }
  }
  return used > 0 ? [...segments, used] : segments;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Newer browsers join consonants of Indian scripts across a virama into one character (rule GB9c of Unicode
 * 15.1), older ones do not. Splitting there again gives every browser and the server the same count.
 */
const conjunct = /(?<=[\u094D\u09CD\u0ACD\u0B4D\u0C4D\u0D4D][\p{M}\u200D]*)(?=\p{Lo})/u;

function characters(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment).flatMap((cluster) =>
    cluster.length > 2 ? cluster.split(conjunct) : cluster,
  );
}
