import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { LiveConnection, silenceMs } from "./connection";

/** An EventSource that does what the test says. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 0;
  close(): void {
    this.readyState = 2;
  }
  opens(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  drops(): void {
    this.readyState = 0;
    this.dispatchEvent(new Event("error"));
  }
  dies(): void {
    this.readyState = 2;
    this.dispatchEvent(new Event("error"));
  }
  says(kind: string, data: string): void {
    this.dispatchEvent(new MessageEvent(kind, { data }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setUp() {
  const sources: FakeSource[] = [];
  const handlers = { onEvent: vi.fn(), onGap: vi.fn(), onRefused: vi.fn() };
  const connection = new LiveConnection("/api/events", handlers, () => {
    const source = new FakeSource();
    sources.push(source);
    return source as unknown as EventSource;
  });
  connection.start();
  const last = (): FakeSource => sources.at(-1) as FakeSource;
  return { connection, handlers, sources, last };
}

test("events are handed on parsed", () => {
  const { handlers, last } = setUp();
  last().opens();
  last().says("message", '{"id":"m1"}');
  expect(handlers.onEvent).toHaveBeenCalledWith("message", { id: "m1" });
});

test("a drop that the browser resumes is no gap: the server replays", () => {
  const { connection, handlers, last, sources } = setUp();
  last().opens();
  last().drops();
  expect(connection.status.get()).toBe("interrupted");
  last().opens();
  expect(connection.status.get()).toBe("live");
  expect(handlers.onGap).not.toHaveBeenCalled();
  expect(sources).toHaveLength(1);
});

test("when the browser gave up, a new stream is opened and the gap is reported", () => {
  const { handlers, last, sources } = setUp();
  last().opens();
  last().dies();
  expect(handlers.onRefused).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(1000);
  expect(sources).toHaveLength(2);
  expect(handlers.onGap).not.toHaveBeenCalled();
  last().opens();
  expect(handlers.onGap).toHaveBeenCalledOnce();
});

test("attempts are spaced out, and the network's return shortens the wait", () => {
  const { connection, last, sources } = setUp();
  last().dies();
  vi.advanceTimersByTime(1000);
  last().dies();
  vi.advanceTimersByTime(1000);
  expect(sources).toHaveLength(2);
  connection.hurry();
  expect(sources).toHaveLength(3);
});

test("an unreadable event is a gap, not the end", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { handlers, last } = setUp();
  last().opens();
  last().says("message", "{");
  last().says("resync", "{}");
  expect(handlers.onGap).toHaveBeenCalledOnce();
  expect(handlers.onEvent).toHaveBeenCalledWith("resync", {});
});

test("stopping closes the stream for good", () => {
  const { connection, last, sources } = setUp();
  connection.stop();
  vi.advanceTimersByTime(60_000);
  expect(last().readyState).toBe(FakeSource.CLOSED);
  expect(sources).toHaveLength(1);
});

test("a stream that falls silent is opened anew, and what it may have missed is fetched", () => {
  const { connection, handlers, last, sources } = setUp();
  last().opens();
  vi.advanceTimersByTime(silenceMs - 1);
  last().says("ping", "{}");
  vi.advanceTimersByTime(silenceMs - 1);
  expect(sources).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(connection.status.get()).toBe("interrupted");
  expect(sources).toHaveLength(2);
  last().opens();
  expect(connection.status.get()).toBe("live");
  expect(handlers.onGap).toHaveBeenCalledOnce();
});
