import type { Refused } from "./useLetterActions";

/** The refusals under their reasons, the most frequent first. */
export function refusedByReason(refused: Refused): { reason: string; ids: string[] }[] {
  const reasons = new Map<string, string[]>();
  for (const { reason, id } of refused) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  return [...reasons]
    .map(([reason, ids]) => ({ reason, ids }))
    .toSorted((a, b) => b.ids.length - a.ids.length);
}
