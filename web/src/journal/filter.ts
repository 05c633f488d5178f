/** Which webhooks and errors the pages show. It lives in the address. */
import type { Progress } from "@/api/types";

/** How far back, in the order in which they are offered. */
export const periods = ["any", "hour", "day", "week"] as const;
export type Period = (typeof periods)[number];

export const progresses = ["failed", "waiting", "processed"] as const satisfies readonly Progress[];

export type JournalSearch = {
  q?: string;
  state?: Progress;
  kind?: string;
  line?: string;
  since?: Exclude<Period, "any">;
};

export type FailureSearch = {
  q?: string;
  session?: string;
  phone?: string;
  kind?: string;
  since?: Exclude<Period, "any">;
};

const word = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined =>
  all.find((each) => each === value);

/** Leaves out what is not set, so that addresses stay short and filters compare equal. */
function compact<T extends object>(search: { [K in keyof T]?: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

const since = (value: unknown): Exclude<Period, "any"> | undefined => {
  const period = oneOf(periods, value);
  return period === "any" ? undefined : period;
};

export function parseJournalSearch(search: Record<string, unknown>): JournalSearch {
  return compact<JournalSearch>({
    q: word(search["q"]),
    state: oneOf(progresses, search["state"]),
    kind: word(search["kind"]),
    line: word(search["line"]),
    since: since(search["since"]),
  });
}

export function parseFailureSearch(search: Record<string, unknown>): FailureSearch {
  return compact<FailureSearch>({
    q: word(search["q"]),
    session: word(search["session"]),
    // A number in the address has lost its plus.
    phone: word(search["phone"])?.replace(/^(?=\d)/, "+"),
    kind: word(search["kind"]),
    since: since(search["since"]),
  });
}

export const isFiltered = (search: JournalSearch | FailureSearch): boolean => Object.keys(search).length > 0;

const hour = 3_600_000;
const lengths: Record<Exclude<Period, "any">, number> = { hour, day: 24 * hour, week: 7 * 24 * hour };

/** The time at which a period began. */
export const beginOf = (period: Exclude<Period, "any">, now: number): string =>
  new Date(now - lengths[period]).toISOString();

/** The filter in the API's words. */
export function journalFilter({ q, state, kind, line, since: period }: JournalSearch, now: number) {
  return {
    ...(q && { q }),
    ...(state && { state }),
    ...(kind && { kind }),
    ...(line && { line_id: line }),
    ...(period && { from: beginOf(period, now) }),
  };
}

export function failureFilter({ q, session, phone, kind, since: period }: FailureSearch, now: number) {
  return {
    ...(q && { q }),
    ...(session && { session }),
    ...(phone && { phone }),
    ...(kind && { kind }),
    ...(period && { from: beginOf(period, now) }),
  };
}
