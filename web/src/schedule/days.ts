import type { ListedMessage } from "@/api/types";
import { startOfDay } from "@/lib/time";

import { bySoonest, leavesAt } from "./pending";

/** What the page of scheduled messages shows, from top to bottom. */
export type ScheduledRow =
  | { kind: "day"; key: string; day: number | undefined }
  | { kind: "message"; key: string; message: ListedMessage };

/**
 * Messages under the day they leave on, in the reader's zone. Those nobody knows a time for (the line rests, the
 * network is down) come first, under a heading of their own; what is overdue counts as today.
 */
export function scheduledRows(messages: ListedMessage[], now: number): ScheduledRow[] {
  const rows: ScheduledRow[] = [];
  let current: string | undefined;
  for (const message of messages.toSorted(bySoonest)) {
    const time = leavesAt(message);
    const day = time === undefined ? undefined : startOfDay(Math.max(time, now));
    const key = day === undefined ? "open" : `day-${day}`;
    if (key !== current) rows.push({ kind: "day", key, day });
    current = key;
    rows.push({ kind: "message", key: message.id, message });
  }
  return rows;
}
