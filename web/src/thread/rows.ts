import type { Message } from "@/api/types";
import type { OutboxEntry } from "@/composer/outbox";
import { startOfDay } from "@/lib/time";
import { sameSubject } from "@/lib/subject";
import { isPending } from "@/schedule/pending";

/** What the thread shows, from top to bottom. Keys are steady, so that rows keep their place and size. */
export type Row =
  | { kind: "day"; key: string; day: number }
  | { kind: "unread"; key: string; count: number }
  | {
      kind: "message";
      key: string;
      message: Message;
      opens: boolean;
      closes: boolean;
      /** It is the first email under its subject: an empty one is none. */
      subject?: string;
    }
  | { kind: "outgoing"; key: string; entry: OutboxEntry; opens: boolean }
  | { kind: "pending"; key: string; message: Message };

/** Messages of one author this close together are read as one turn. */
const turnMs = 5 * 60_000;

/** What waits for its time stands at the end, below what is on its way. */
export function threadRows(
  loaded: Message[],
  outgoing: OutboxEntry[],
  unread?: UnreadMark,
  pending: Message[] = [],
): Row[] {
  const messages = loaded.filter((message) => !isPending(message));
  const rows: Row[] = [];
  const subjects = newSubjects(messages);
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const day = startOfDay(Date.parse(message.at));
    const newDay = !before || startOfDay(Date.parse(before.at)) !== day;
    const marked = unread?.firstId === message.id;
    const subject = subjects.get(message.id);
    if (newDay) rows.push({ kind: "day", key: `day-${day}`, day });
    if (marked) rows.push({ kind: "unread", key: "unread", count: unread.count });
    rows.push({
      kind: "message",
      key: message.id,
      message,
      opens: newDay || marked || !sameTurn(before, message),
      closes: !after || after.id === unread?.firstId || !sameTurn(message, after),
      ...(subject !== undefined && { subject }),
    });
  });
  return rows.concat(
    outgoingRows(outgoing, messages.at(-1)),
    pending.map((message): Row => ({ kind: "pending", key: message.id, message })),
  );
}

function outgoingRows(outgoing: OutboxEntry[], last: Message | undefined): Row[] {
  const rows: Row[] = [];
  let day = last ? startOfDay(Date.parse(last.at)) : undefined;
  outgoing.forEach((entry, index) => {
    const entryDay = startOfDay(entry.createdAt);
    if (day === undefined || entryDay > day) {
      day = entryDay;
      rows.push({ kind: "day", key: `day-${day}`, day });
    }
    const opens = index === 0 && (last?.direction !== "outbound" || rows.length > 0);
    rows.push({ kind: "outgoing", key: entry.key, entry, opens });
  });
  return rows;
}

/** The subject is said where it changes, as in a mail program; "Re:" changes nothing. By message. */
function newSubjects(messages: Message[]): Map<string, string> {
  const found = new Map<string, string>();
  let last: string | undefined;
  for (const { id, email } of messages) {
    if (!email) continue;
    if (last === undefined || !sameSubject(last, email.subject)) found.set(id, email.subject);
    last = email.subject;
  }
  return found;
}

/** Letters stand alone. */
function sameTurn(before: Message, after: Message): boolean {
  return (
    !before.email &&
    !after.email &&
    before.direction === after.direction &&
    before.author?.id === after.author?.id &&
    before.persona?.slug === after.persona?.slug &&
    startOfDay(Date.parse(before.at)) === startOfDay(Date.parse(after.at)) &&
    Date.parse(after.at) - Date.parse(before.at) < turnMs
  );
}

export type UnreadMark = { firstId: string; count: number };

/** Where reading should begin: the oldest of the last `count` incoming messages, if it is loaded. */
export function unreadMark(messages: Message[], count: number): UnreadMark | undefined {
  if (count <= 0) return undefined;
  const first = messages.filter((message) => message.direction === "inbound").at(-count);
  return first && { firstId: first.id, count };
}

/** The day of each row, for the separator that sticks to the top. */
export function dayOfRow(rows: Row[], index: number): number | undefined {
  for (let at = Math.min(index, rows.length - 1); at >= 0; at -= 1) {
    const row = rows[at];
    if (row?.kind === "day") return row.day;
  }
  return undefined;
}
