/**
 * The places in a template's text: `{{name}}`, with a format after a colon and a default after a bar. The server
 * writes the text; here it is only read, to say what is used and not declared.
 */
export type Place = { name: string; format: string | undefined; fallback: string | undefined };

/** `\{{` writes braces and is no place. */
const place = /(?<!\\)\{\{\s*([^{}|:]+?)\s*(?::([^{}|]*))?(?:\|([^{}]*))?\}\}/g;

export function placesIn(text: string): Place[] {
  return Array.from(text.matchAll(place), ([, name = "", format, fallback]) => ({
    name,
    format: format?.trim(),
    fallback,
  }));
}

/** What the server fills by itself. */
export const builtIns = [
  "contact.name",
  "contact.first_name",
  "contact.phone",
  "contact.email",
  "line.name",
  "line.address",
  "agent.name",
  "today",
  "now",
] as const;

/** Everything under `contact.` is: whatever the team keeps about a contact can be used. */
export const isBuiltIn = (name: string): boolean =>
  name.startsWith("contact.") || (builtIns as readonly string[]).includes(name);

export const formats = [
  "upper",
  "lower",
  "title",
  "first",
  "date",
  "time",
  "datetime",
  "number",
  "money USD",
  "phone",
] as const;

/** Names that the texts use and nobody declared, each once, in the order of their first use. */
export function undeclared(texts: readonly string[], declared: readonly string[]): string[] {
  const used = texts.flatMap(placesIn).map(({ name }) => name);
  return [...new Set(used)].filter((name) => !isBuiltIn(name) && !declared.includes(name));
}
