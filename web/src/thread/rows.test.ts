import { expect, test } from "vitest";

import type { OutboxEntry } from "@/composer/outbox";
import { aMessage, anEmail } from "@/test/samples";

import { dayOfRow, type Row, threadRows, unreadMark } from "./rows";

const local = (day: number, hour: number, minute: number): string =>
  new Date(2025, 10, day, hour, minute).toISOString();
const inbound = (id: string, at: string) => aMessage({ id, at });
const outbound = (id: string, at: string, author = "u1") =>
  aMessage({ id, at, direction: "outbound", state: "delivered", author: { id: author, name: author } });
const outgoing = (key: string, createdAt: string): OutboxEntry => ({
  key,
  conversationId: "v1",
  lineId: null,
  body: "Hi",
  createdAt: Date.parse(createdAt),
  state: "sending",
});

const shape = (rows: Row[]): string =>
  rows
    .map((row) => {
      if (row.kind === "message") return `${row.opens ? "(" : ""}${row.key}${row.closes ? ")" : ""}`;
      return row.kind === "outgoing" ? row.key : row.kind;
    })
    .join(" ");

test("each local day begins with its separator", () => {
  const rows = threadRows([inbound("a", local(18, 23, 59)), inbound("b", local(19, 0, 1))], []);
  expect(shape(rows)).toBe("day (a) day (b)");
});

test("a persona and a person are never one turn", () => {
  const persona = {
    slug: "robin",
    name: "Robin",
    reason: "They wrote.",
    model: "test/model",
    tokens: 110,
    micros: 200,
    currency: "USD",
  };
  const byPersona = { ...outbound("a", local(19, 9, 0)), author: null, persona };
  const byNobody = { ...outbound("b", local(19, 9, 1)), author: null };
  expect(shape(threadRows([byPersona, byNobody], []))).toBe("day (a) (b)");
});

test("messages of one author close together are one turn", () => {
  const rows = threadRows(
    [
      inbound("a", local(19, 9, 0)),
      inbound("b", local(19, 9, 2)),
      outbound("c", local(19, 9, 3)),
      outbound("d", local(19, 9, 4), "u2"),
      inbound("e", local(19, 9, 5)),
      inbound("f", local(19, 9, 30)),
    ],
    [],
  );
  expect(shape(rows)).toBe("day (a b) (c) (d) (e) (f)");
});

test("what is being sent follows the last message, with a separator when the day has changed", () => {
  expect(shape(threadRows([inbound("a", local(19, 9, 0))], [outgoing("k", local(19, 9, 1))]))).toBe(
    "day (a) k",
  );
  expect(shape(threadRows([inbound("a", local(19, 9, 0))], [outgoing("k", local(20, 9, 1))]))).toBe(
    "day (a) day k",
  );
  expect(shape(threadRows([], [outgoing("k", local(20, 9, 1))]))).toBe("day k");
});

test("the unread mark stands before the first unread message and opens a turn", () => {
  const messages = [
    inbound("a", local(19, 9, 0)),
    inbound("b", local(19, 9, 1)),
    inbound("c", local(19, 9, 2)),
  ];
  expect(shape(threadRows(messages, [], unreadMark(messages, 2)))).toBe("day (a) unread (b c)");
});

test("there is no unread mark when nothing is unread or the first unread one is not loaded", () => {
  const messages = [inbound("a", local(19, 9, 0))];
  expect(unreadMark(messages, 0)).toBeUndefined();
  expect(unreadMark(messages, 5)).toBeUndefined();
});

test("a subject is said where it changes, and Re: changes nothing", () => {
  const email = (id: string, minute: number, subject: string) =>
    anEmail({ id, at: local(19, 9, minute) }, { subject });
  const rows = threadRows(
    [
      email("a", 0, "Your invoice"),
      email("b", 1, "AW: your invoice"),
      inbound("text", local(19, 9, 2)),
      email("c", 3, "Re: Your invoice"),
      email("d", 4, ""),
      email("e", 5, "Another thing"),
    ],
    [],
  );
  const subjects = rows.flatMap((row) =>
    row.kind === "message" && row.subject !== undefined ? [[row.key, row.subject]] : [],
  );
  expect(subjects).toEqual([
    ["a", "Your invoice"],
    ["d", ""],
    ["e", "Another thing"],
  ]);
  expect(shape(rows)).toBe("day (a) (b) (text) (c) (d) (e)");
});

test("every row knows its day", () => {
  const rows = threadRows([inbound("a", local(18, 9, 0)), inbound("b", local(19, 9, 0))], []);
  expect(dayOfRow(rows, 1)).toBe(new Date(2025, 10, 18).getTime());
  expect(dayOfRow(rows, 3)).toBe(new Date(2025, 10, 19).getTime());
  expect(dayOfRow([], 0)).toBeUndefined();
});

test("what waits stands at the end, whenever it was written", () => {
  const at = local(12, 9, 0);
  const scheduled = { at: local(20, 9, 0), local: null, time_zone: null, cancel_if_answered: false };
  const waiting = aMessage({ id: "w", at, direction: "outbound", state: "scheduled", scheduled });
  const messages = [inbound("a", local(12, 8, 0)), waiting, inbound("b", local(12, 10, 0))];
  const rows = threadRows(messages, [outgoing("o", local(12, 10, 5))], undefined, [waiting]);
  expect(rows.map(({ kind, key }) => (kind === "day" ? kind : key))).toEqual(["day", "a", "b", "o", "w"]);
  expect(rows.at(-1)?.kind).toBe("pending");
});
