import type { HistoryStep } from "@/api/types";
import { clockTime, dayOfWeek } from "@/lib/time";

/** What a chart has a row for. */
export const series = ["sent", "failed", "in_doubt"] as const;
export type Series = (typeof series)[number];

/** Steps of equal length, oldest first; what is counted in them is their own affair. */
export type Steps = { step_seconds: number; items: readonly { at: string }[] };

export type Totals = Record<Series, number>;

export function totalsOf(steps: readonly HistoryStep[]): Totals {
  const totals: Totals = { sent: 0, failed: 0, in_doubt: 0 };
  for (const step of steps) for (const name of series) totals[name] += step[name];
  return totals;
}

const roundSteps = [1, 2, 3, 4, 5, 6, 8, 10] as const;

/** Where a scale of counts ends: a round number that is not below the highest, and never so low that one looks like many. */
export function countEnd(counts: readonly number[], least = 4): number {
  const highest = counts.reduce((a, b) => Math.max(a, b), least);
  const power = 10 ** Math.floor(Math.log10(highest));
  return (roundSteps.find((step) => step * power >= highest) ?? 10) * power;
}

/** The steps that have a time written under them: every quarter of an hour, every six hours of the reader's day, or, when a step is long, the first of each day. */
export function tickSteps({ items, step_seconds }: Steps): number[] {
  const isTick = (at: Date): boolean => {
    if (step_seconds < 900) return at.getMinutes() % 15 === 0;
    if (isLong({ items, step_seconds })) return at.getHours() * 3600 < step_seconds;
    return at.getMinutes() === 0 && at.getHours() % 6 === 0;
  };
  // Not so close to an end that the words would stand over it.
  const margin = items.length / 20;
  return items.flatMap(({ at }, index) =>
    index > margin && index < items.length - 2 * margin && isTick(new Date(at)) ? [index] : [],
  );
}

/** Those of the ticks for which a phone has room: apart from each other, and from the word at the end. */
export function fewTicks(ticks: readonly number[], length: number): ReadonlySet<number> {
  const [apart, kept] = [0.3 * length, new Set<number>()];
  let next = length;
  for (const tick of ticks.toReversed()) {
    if (next - tick < apart || tick < apart / 2) continue;
    kept.add(tick);
    next = tick;
  }
  return kept;
}

/** When a step ends. */
export const endOf = (step: { at: string }, stepSeconds: number): string =>
  new Date(Date.parse(step.at) + stepSeconds * 1000).toISOString();

/** Whether a step is so long that the day belongs to its time. */
export const isLong = ({ step_seconds }: Steps): boolean => step_seconds > 3600;

export const stepTime = (at: string, steps: Steps): string =>
  isLong(steps) ? `${dayOfWeek(at)} ${clockTime(at)}` : clockTime(at);
