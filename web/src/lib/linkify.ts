export type TextPart = { text: string; href?: string };

const address = /https?:\/\/[^\s<>"]+/g;
/** A sentence's punctuation after a link belongs to the sentence. */
const trailing = /[.,;:!?)\]}'"]+$/;

/** Splits a text into plain parts and web addresses. Only http and https become links. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const found = match[0].replace(trailing, "");
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: found, href: found });
    end = match.index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
