/** What came of a persona's work, in a reader's words. */
import type { TFunction } from "i18next";

const outcomes = [
  "asked",
  "answered",
  "handed_over",
  "dry_run",
  "no_budget",
  "failed",
  "gave_up",
  "refused",
  "answered_before",
  "superseded",
  "too_late",
  "off",
  "handed_over_before",
  "person_replied",
  "settled",
  "not_allowed",
] as const;

/** The outcome by its name here, or by its own if it is of another release. */
export function outcomeName(t: TFunction, outcome: string): string {
  const known = outcomes.find((each) => each === outcome);
  return known ? t(`personas.outcome.${known}`) : outcome.replaceAll("_", " ");
}
