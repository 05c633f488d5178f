import { addDays, atClock, instantOf, wallTime, weekdayOf } from "@/lib/zones";

/** The times one usually means. Each has its words in the catalogue under `schedule.choices`. */
export type ChoiceId = "hour" | "evening" | "tomorrow" | "monday";

export type Choice = { id: ChoiceId; time: number };

/** When a message shall leave, in the zone in which it was meant. */
export type Plan = { time: number; zone: string; cancelIfAnswered: boolean };

/** The same in the API's words: an instant, or a wall time in a zone. */
export type When = { send_at: string } | { send_at_local: string; time_zone: string };

const minute = 60_000;
const evening = "18:00";
const morning = "09:00";
const monday = 1;
/** Closer to the evening than this, "this evening" would mean "almost now". */
const eveningMarginMs = 30 * minute;

/** The natural choices at `now`, in the recipient's zone, soonest first and none of them twice. */
export function choicesAt(now: number, zone: string): Choice[] {
  const today = wallTime(now, zone);
  const tomorrow = addDays(today, 1);
  const daysToMonday = (monday - weekdayOf(today) + 7) % 7 || 7;
  const at = (day: string, clock: string): number => instantOf(atClock(day, clock), zone);
  const offered: Choice[] = [
    { id: "hour", time: nextMinute(now + 60 * minute) },
    { id: "evening", time: at(today, evening) },
    { id: "tomorrow", time: at(tomorrow, morning) },
    { id: "monday", time: at(addDays(today, daysToMonday), morning) },
  ];
  return offered
    .filter(({ id, time }) => id !== "evening" || time - now > eveningMarginMs)
    .filter(({ time }, index, all) => all.findIndex((other) => other.time === time) === index)
    .toSorted((a, b) => a.time - b.time);
}

const nextMinute = (time: number): number => Math.ceil(time / minute) * minute;

/** The plan in the API's words. The wall time is what was meant; only where it is ambiguous the instant counts. */
export function whenOf({ time, zone }: Pick<Plan, "time" | "zone">): When {
  const local = wallTime(time, zone);
  if (instantOf(local, zone) !== time) return { send_at: new Date(time).toISOString() };
  return { send_at_local: local, time_zone: zone };
}

/** The farthest day that the server takes. */
const farthestDays = 366;

export type TimeProblem = "missing" | "past" | "tooFar";

/** Why a picked time cannot be used; the words are in the catalogue under `schedule.problems`. */
export function problemOf(time: number, now: number): TimeProblem | undefined {
  if (Number.isNaN(time)) return "missing";
  if (time <= now) return "past";
  return time - now > farthestDays * 24 * 60 * minute ? "tooFar" : undefined;
}
