import { formatPhone } from "./phone";

type Named = { name?: string | null; phone?: string | null; email?: string | null };

/** What to call a contact: the name if there is one, else the address we know. */
export function displayName(contact: Named, homeCountry?: string): string {
  if (contact.name?.trim()) return contact.name.trim();
  if (contact.phone) return formatPhone(contact.phone, homeCountry);
  return contact.email ?? "";
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstGrapheme(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return "";
}

const isLetter = /^\p{L}/u;

/** One or two initials; an emoji counts as one when the name has no letters. Empty for a bare number. */
export function initials(name: string | null | undefined): string {
  const words = (name ?? "").trim().split(/\s+/).filter(Boolean);
  const lettered = words.filter((word) => isLetter.test(word));
  const [first, ...rest] = lettered.length > 0 ? lettered : words.slice(0, 1);
  if (!first || /^[+\d(]/.test(first)) return "";
  const last = rest.at(-1);
  return (firstGrapheme(first) + (last ? firstGrapheme(last) : "")).toLocaleUpperCase();
}

/** A steady hue from an id, 0-359, so that a person keeps their colour. */
export function hueOf(id: string): number {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) % 360;
  return hash;
}
