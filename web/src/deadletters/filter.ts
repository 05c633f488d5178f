import type { DeadLetterSelector } from "@/api/types";
import type { Selection } from "@/lib/selection";

/** Which dead letters the page shows. It lives in the address. */
export type LetterSearch = { group?: string; q?: string };

/** `group` in the address: a reason's code, or one of these two. */
export const allGroups = "all";
export const withoutCode = "none";

const word = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export function parseLetterSearch(search: Record<string, unknown>): LetterSearch {
  const [group, q] = [word(search["group"]), word(search["q"])];
  return { ...(group && { group }), ...(q && { q }) };
}

export const groupOf = (code: string | null | undefined): string => code || withoutCode;

/** The filter in the API's words: no code at all is everything, an empty one is what has none. */
export function letterFilter({ group, q }: LetterSearch): { code?: string; q?: string } {
  const code = group === undefined || group === allGroups ? undefined : group === withoutCode ? "" : group;
  return { ...(code !== undefined && { code }), ...(q && { q }) };
}

/** What an action takes, in the API's words. */
export function selectorOf(selection: Selection, filter: { code?: string; q?: string }): DeadLetterSelector {
  return selection.all ? { all: true, ...filter } : { ids: [...selection.ids] };
}
