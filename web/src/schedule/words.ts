import type { TFunction } from "i18next";

import { ownZone, sameClock, wallTime, zoneClock, zoneTime } from "@/lib/zones";

/** Why the gate lets a message leave only later. */
export type Hold = { code?: string | null | undefined; reason: string };

/** A time as the recipient's clock shows it, and as the reader's does where it shows something else. */
export type TwoClocks = { theirs: string; ours: string | undefined };

export function twoClocks(time: number, zone: string | undefined, now: number, own = ownZone()): TwoClocks {
  const theirZone = zone ?? own;
  const theirs = zoneTime(time, theirZone, now);
  if (sameClock(time, theirZone, own)) return { theirs, ours: undefined };
  // The day is said once, unless it is another one here.
  const sameDay = dayIn(time, theirZone) === dayIn(time, own);
  return { theirs, ours: sameDay ? zoneClock(time, own) : zoneTime(time, own, now) };
}

const dayIn = (time: number, zone: string): string => wallTime(time, zone).slice(0, 10);

/** What one calls a person beside a time: "Ana". Nothing for someone known by number only. */
export function firstName(name: string | null | undefined): string | undefined {
  const words = name?.trim().split(/\s+/).filter(Boolean) ?? [];
  return words.find((word) => /^\p{L}/u.test(word)) ?? words[0];
}

/** "Ana's", or "their" when there is no name. */
export function whose(t: TFunction, name: string | null | undefined): string {
  const first = firstName(name);
  return first ? t("schedule.whose", { name: first }) : t("schedule.their");
}

/** A time in one line: theirs, and the reader's beside it where the clocks differ. */
export function timeLine(
  t: TFunction,
  time: number,
  zone: string | undefined,
  name: string | null | undefined,
  now: number,
) {
  const { theirs, ours } = twoClocks(time, zone, now);
  return ours ? t("schedule.bothTimes", { time: theirs, whose: whose(t, name), own: ours }) : theirs;
}

/** What holds a message. The app's own words do not tell the time, which stands beside them; else the server's. */
export function holdText(t: TFunction, { code, reason }: Hold): string {
  return code === "quiet_hours" ? t("schedule.quietHours") : reason;
}
