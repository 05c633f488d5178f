/**
 * Wall times in other time zones, from the zone rules the browser has. A wall time is written as an
 * `<input type="datetime-local">` writes it: "2026-11-21T09:00".
 */
const minute = 60_000;
const day = 24 * 60 * minute;

/** The reader's own zone. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Formatters are kept: making one is slow. */
function formatter(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${zone}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(name === "wall" ? "en-US" : undefined, {
    ...options,
    timeZone: zone,
  });
  formatters.set(key, made);
  return made;
}

/** Whether this browser knows the zone; what it does not know it cannot compute with. */
export function isKnownZone(zone: string): boolean {
  try {
    formatter(zone, "clock", clock);
    return true;
  } catch {
    return false;
  }
}

const wall = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
} as const;
const clock = { hour: "numeric", minute: "2-digit" } as const;
const weekday = { weekday: "short" } as const;
const dayMonth = { day: "numeric", month: "short" } as const;
const dayMonthYear = { day: "numeric", month: "short", year: "numeric" } as const;

/** The wall time in `zone` at an instant. */
export function wallTime(time: number, zone: string): string {
  const parts = formatter(zone, "wall", wall).formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? "00";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** A wall time as if it were in UTC: for counting days and minutes without a zone. */
const asUtc = (local: string): number => Date.parse(`${local}Z`);

/**
 * The instant at which it is `local` in `zone`; NaN for what is no time. A wall time that a clock change skips
 * means the first minute after the gap, one that comes twice means the first of the two, as on the server.
 */
export function instantOf(local: string, zone: string): number {
  const wanted = asUtc(local);
  if (Number.isNaN(wanted)) return NaN;
  const offsetAt = (time: number): number => asUtc(wallTime(time, zone)) - floorMinute(time);
  // The offsets in force around the wanted time; a clock change lies between them, or they are the same.
  const [before, after] = [offsetAt(wanted - day), offsetAt(wanted + day)];
  const fits = [wanted - before, wanted - after].filter((time) => offsetAt(time) === wanted - time);
  return fits.length > 0 ? Math.min(...fits) : afterGap(wanted - before, wanted - after, offsetAt, after);
}

/** The first instant at which the later offset holds: the end of the gap that `local` falls into. */
function afterGap(a: number, b: number, offsetAt: (time: number) => number, after: number): number {
  let [low, high] = [Math.min(a, b) - minute, Math.max(a, b) + minute];
  while (high - low > minute) {
    const middle = floorMinute((low + high) / 2);
    if (offsetAt(middle) === after) high = middle;
    else low = middle;
  }
  return high;
}

const floorMinute = (time: number): number => Math.floor(time / minute) * minute;

/** The same wall clock a number of days later. */
export function addDays(local: string, days: number): string {
  return new Date(asUtc(local) + days * day).toISOString().slice(0, 16);
}

/** 0 is Sunday, as in `Date`. */
export const weekdayOf = (local: string): number => new Date(asUtc(local)).getUTCDay();

export const atClock = (local: string, time: string): string => `${local.slice(0, 10)}T${time}`;

/** Whether two zones show the same clock at an instant. */
export const sameClock = (time: number, a: string, b: string): boolean =>
  wallTime(time, a) === wallTime(time, b);

export const zoneClock = (time: number, zone: string): string => formatter(zone, "clock", clock).format(time);

/**
 * A time to come, short: "18:00" today, "Tue 9:00" within a week, "3 Mar 9:00" later, with the year when it is
 * another. All in `zone`, also what counts as today.
 */
export function zoneTime(time: number, zone: string, now: number): string {
  const days = zoneDaysAhead(time, zone, now);
  const at = zoneClock(time, zone);
  if (days === 0) return at;
  if (days > 0 && days < 7) return `${formatter(zone, "weekday", weekday).format(time)} ${at}`;
  const sameYear = wallTime(time, zone).slice(0, 4) === wallTime(now, zone).slice(0, 4);
  const date = sameYear
    ? formatter(zone, "day", dayMonth).format(time)
    : formatter(zone, "year", dayMonthYear).format(time);
  return `${date}, ${at}`;
}

/** Calendar days between now and then, in `zone`. */
export function zoneDaysAhead(time: number, zone: string, now: number): number {
  const at = (instant: number): number => Date.parse(wallTime(instant, zone).slice(0, 10));
  return Math.round((at(time) - at(now)) / day);
}

/** "Berlin", "New York": the place a zone is named after. */
export const zonePlace = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** All zones the browser knows, for choosing one. */
export const allZones = (): string[] => Intl.supportedValuesOf("timeZone");
