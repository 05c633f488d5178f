import type { TFunction } from "i18next";

/** Where consent usually comes from, for those who write it down; they may know others. */
export const sources = ["web_form", "text", "paper", "phone", "import", "agent"] as const;
/** And what the server writes down by itself. */
const named = [...sources, "keyword", "callback", "review"] as const;

const isSource = (source: string): source is (typeof named)[number] =>
  (named as readonly string[]).includes(source);

/** A source in words; one we have no words for as it is, readable. */
export function sourceName(t: TFunction, source: string): string {
  return isSource(source) ? t(`contacts.sources.${source}`) : source.replaceAll("_", " ");
}

const purposes = ["any", "reply", "transactional", "marketing"] as const;
const isPurpose = (purpose: string): purpose is (typeof purposes)[number] =>
  (purposes as readonly string[]).includes(purpose);

export function purposeName(t: TFunction, purpose: string): string {
  return isPurpose(purpose) ? t(`contacts.purposes.${purpose}`) : purpose;
}
