import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { browserStorage } from "@/lib/storage";
import { aMessage } from "@/test/samples";

import { type Answer, Outbox, type OutboxEntry, type OutboxPorts } from "./outbox";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const noAnswer: Answer = { kind: "no-answer" };
const accepted = (id = "m1"): Answer => ({
  kind: "accepted",
  message: aMessage({ id, direction: "outbound", state: "queued", body: "Hi" }),
});

/** An outbox against a server that gives the listed answers in order. */
function setUp(answers: (Answer | Promise<Answer>)[]) {
  let keys = 0;
  const post = vi.fn((_: OutboxEntry) => Promise.resolve(answers.shift() ?? noAnswer));
  const ports = {
    post,
    onAccepted: vi.fn<OutboxPorts["onAccepted"]>(),
    onRefused: vi.fn<OutboxPorts["onRefused"]>(),
    storage: browserStorage,
    now: () => Date.now(),
    newKey: () => `key-${(keys += 1)}`,
  };
  const outbox = new Outbox("u1", ports);
  const sentKeys = (): string[] => post.mock.calls.map(([entry]) => entry.key);
  return { outbox, ports, sentKeys };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

test("an accepted message leaves the outbox and its storage", async () => {
  const { outbox, ports } = setUp([accepted()]);
  outbox.submit("v1", "l1", "Hi");
  expect(outbox.entries.get()).toHaveLength(1);
  await settle();
  expect(ports.onAccepted).toHaveBeenCalledOnce();
  expect(outbox.entries.get()).toEqual([]);
  expect(localStorage.length).toBe(0);
});

test("every attempt after a lost answer carries the key of the first", async () => {
  const { outbox, sentKeys, ports } = setUp([noAnswer, noAnswer, accepted()]);
  outbox.submit("v1", null, "Hi");
  await vi.advanceTimersByTimeAsync(3000);
  expect(sentKeys()).toEqual(["key-1", "key-1", "key-1"]);
  expect(ports.onAccepted).toHaveBeenCalledOnce();
});

test("two messages have two keys, also when their texts are equal", async () => {
  const { outbox, sentKeys } = setUp([accepted("m1"), accepted("m2")]);
  outbox.submit("v1", null, "Hi");
  outbox.submit("v1", null, "Hi");
  await settle();
  expect(sentKeys()).toEqual(["key-1", "key-2"]);
});

test("a reload in the middle of an attempt repeats it under the same key", async () => {
  const first = setUp([new Promise(() => undefined)]);
  first.outbox.submit("v1", "l1", "Hi");
  first.outbox.close();
  const second = setUp([accepted()]);
  expect(second.outbox.entries.get()).toMatchObject([{ key: "key-1", state: "waiting", body: "Hi" }]);
  second.outbox.open();
  await settle();
  expect(second.sentKeys()).toEqual(["key-1"]);
  expect(second.outbox.entries.get()).toEqual([]);
});

test("waking while an attempt is under way does not start another", async () => {
  const { outbox, sentKeys } = setUp([new Promise(() => undefined)]);
  outbox.submit("v1", null, "Hi");
  outbox.wake();
  outbox.resend("key-1");
  await settle();
  expect(sentKeys()).toEqual(["key-1"]);
});

test("a refused message goes back to the writer with its text", async () => {
  const { outbox, ports } = setUp([{ kind: "refused", reason: "Too long" }]);
  outbox.submit("v1", null, "Hi");
  await settle();
  expect(ports.onRefused).toHaveBeenCalledWith(expect.objectContaining({ body: "Hi" }), "Too long");
  expect(outbox.entries.get()).toEqual([]);
});

test("the server's word on when to come back is kept", async () => {
  const { outbox, sentKeys } = setUp([{ kind: "no-answer", retryAfterMs: 12_000 }, accepted()]);
  outbox.submit("v1", null, "Hi");
  await vi.advanceTimersByTimeAsync(11_000);
  expect(sentKeys()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sentKeys()).toHaveLength(2);
});

test("after five minutes without an answer the writer decides", async () => {
  const { outbox, sentKeys } = setUp([]);
  outbox.submit("v1", null, "Hi");
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(outbox.entries.get()).toMatchObject([{ state: "stopped" }]);
  const attempts = sentKeys().length;
  outbox.wake();
  await settle();
  expect(sentKeys()).toHaveLength(attempts);
  outbox.resend("key-1");
  await settle();
  expect(new Set(sentKeys())).toEqual(new Set(["key-1"]));
  expect(sentKeys()).toHaveLength(attempts + 1);
});

test("the live stream's message stands in for the entry until the answer comes", async () => {
  const { outbox } = setUp([new Promise(() => undefined)]);
  outbox.submit("v1", null, "Hi");
  outbox.submit("v1", null, "Hi");
  const arrived = aMessage({ id: "m1", direction: "outbound", state: "queued", body: "Hi" });
  outbox.noticeMessage(arrived, true);
  outbox.noticeMessage(arrived, true);
  expect(outbox.entries.get().map((entry) => entry.shownAs)).toEqual(["m1", undefined]);
  await settle();
});

test("when the answer is lost after all, the entry is shown again", async () => {
  let fail: (answer: Answer) => void = () => undefined;
  const { outbox } = setUp([new Promise((resolve) => (fail = resolve))]);
  outbox.submit("v1", null, "Hi");
  outbox.noticeMessage(aMessage({ id: "x", direction: "outbound", state: "queued", body: "Hi" }), true);
  fail(noAnswer);
  await settle();
  expect(outbox.entries.get()).toMatchObject([{ state: "waiting" }]);
  expect(outbox.entries.get()[0]).not.toHaveProperty("shownAs");
});

test("a colleague's equal text does not stand in for ours", () => {
  const { outbox } = setUp([new Promise(() => undefined)]);
  outbox.submit("v1", null, "Hi");
  outbox.noticeMessage(aMessage({ id: "m9", direction: "outbound", body: "Hi" }), false);
  expect(outbox.entries.get()[0]).not.toHaveProperty("shownAs");
});

test("a message to which the server added the way to opt out stands in for ours", () => {
  const { outbox } = setUp([new Promise(() => undefined)]);
  outbox.submit("v1", null, "Hi");
  const added = aMessage({
    id: "m1",
    direction: "outbound",
    state: "queued",
    body: "Hi\n\nReply STOP to opt out.",
  });
  outbox.noticeMessage({ ...added, body: "High time" }, true);
  outbox.noticeMessage({ ...added, id: "m0", state: "delivered" }, true);
  expect(outbox.entries.get()[0]).not.toHaveProperty("shownAs");
  outbox.noticeMessage(added, true);
  expect(outbox.entries.get()[0]?.shownAs).toBe("m1");
});

test("what was chosen for a message survives a reload with it", async () => {
  const options = { send_at_local: "2026-11-24T09:00", time_zone: "Europe/Berlin", cancel_if_answered: true };
  const { outbox } = setUp([noAnswer]);
  outbox.submit("v1", null, "Hi", { options });
  await settle();
  outbox.close();
  const later = setUp([accepted()]);
  later.outbox.open();
  await settle();
  expect(later.ports.post.mock.calls[0]?.[0]).toMatchObject({ key: "key-1", body: "Hi", options });
});
