/** Times for reading, in the reader's locale and zone. Formatters are kept: making one is slow. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const longWeekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const fullDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const fullDayYear = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "long" });
const minutes = new Intl.NumberFormat(undefined, { style: "unit", unit: "minute", unitDisplay: "narrow" });

/** Midnight, in the reader's zone, of the day that holds `time`. */
export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** Whole calendar days from `time` until `now`; days with a clock change count as one. */
export function daysAgo(time: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(time)) / day);
}

export const clockTime = (at: string): string => clock.format(Date.parse(at));

/** "Tue". */
export const dayOfWeek = (at: string): string => weekday.format(Date.parse(at));

/** "10:42:05 AM": for what changes every few seconds. */
export const secondTime = (at: string): string => clockWithSeconds.format(Date.parse(at));

export const exactTime = (at: string): string => exact.format(Date.parse(at));

/** For a list row: "now", "4m", "14:02", "Tue", "3 Nov", "3 Nov 2023". */
export function listTime(at: string, now: number, nowWord: string): string {
  const time = Date.parse(at);
  const age = now - time;
  if (age < minute) return nowWord;
  if (age < hour) return minutes.format(Math.floor(age / minute));
  const days = daysAgo(time, now);
  if (days === 0) return clock.format(time);
  if (days < 7) return weekday.format(time);
  return sameYear(time, now) ? dayMonth.format(time) : dayMonthYear.format(time);
}

/** For a day separator: "Tomorrow", "Today", "Yesterday", "Tuesday", "Tuesday 3 November", and the year when it differs. */
export function dayLabel(time: number, now: number): string {
  const days = daysAgo(time, now);
  if (days >= -1 && days <= 1) return capitalised(relative.format(-days, "day"));
  if (days > 1 && days < 7) return longWeekday.format(time);
  return sameYear(time, now) ? fullDay.format(time) : fullDayYear.format(time);
}

/** "3 days ago", "in 6 days". */
export function relativeTime(at: string, now: number): string {
  const difference = Date.parse(at) - now;
  const size = Math.abs(difference);
  if (size < hour) return relative.format(Math.round(difference / minute), "minute");
  if (size < day) return relative.format(Math.round(difference / hour), "hour");
  return relative.format(Math.round(difference / day), "day");
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
