import type { TFunction } from "i18next";

/** Where consent usually comes from; the server may know others. */
export const sources = ["web_form", "text", "paper", "phone", "import", "agent"] as const;

const isSource = (source: string): source is (typeof sources)[number] =>
  (sources as readonly string[]).includes(source);

/** A source in words; one we have no words for as it is, readable. */
export function sourceName(t: TFunction, source: string): string {
  return isSource(source) ? t(`contacts.sources.${source}`) : source.replaceAll("_", " ");
}

const purposes = ["reply", "transactional", "marketing"] as const;
const isPurpose = (purpose: string): purpose is (typeof purposes)[number] =>
  (purposes as readonly string[]).includes(purpose);

export function purposeName(t: TFunction, purpose: string): string {
  return isPurpose(purpose) ? t(`contacts.purposes.${purpose}`) : purpose;
}
