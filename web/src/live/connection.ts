import { createStore, type Store } from "@/lib/store";

export type LiveStatus = "connecting" | "live" | "interrupted";

export type LiveHandlers = {
  /** One event of the stream, already parsed. */
  onEvent: (kind: LiveKind, data: unknown) => void;
  /** Events may have been missed: what is on screen has to be asked for again. */
  onGap: () => void;
  /** The stream was refused; perhaps the session is over. */
  onRefused: () => void;
};

export const liveKinds = ["message", "conversation", "contact", "session", "resync"] as const;
export type LiveKind = (typeof liveKinds)[number];

const firstRetryMs = 1000;
const longestRetryMs = 20_000;

/** The server shows a sign of life every 15 s; after this long without one the connection is half open. */
export const silenceMs = 40_000;

/**
 * The one connection on which the server tells us what happens. The browser resumes a dropped stream by itself
 * and the server replays what was missed; only when the browser gives up do we open a new one, and then what
 * happened in between is unknown and has to be fetched.
 */
export class LiveConnection {
  readonly status: Store<LiveStatus> = createStore<LiveStatus>("connecting");
  readonly #url: string;
  readonly #handlers: LiveHandlers;
  readonly #open: (url: string) => EventSource;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(
    url: string,
    handlers: LiveHandlers,
    open: (url: string) => EventSource = (at) => new EventSource(at),
  ) {
    this.#url = url;
    this.#handlers = handlers;
    this.#open = open;
  }

  start(): void {
    this.#connect(false);
  }

  stop(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#source?.close();
  }

  /** The network is back: do not wait for the next attempt. */
  hurry(): void {
    if (this.#source?.readyState === EventSource.CLOSED) this.#connect(true);
  }

  #connect(missed: boolean): void {
    this.stop();
    const source = this.#open(this.#url);
    let gap = missed;
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.#heard();
      this.status.set("live");
      if (gap) this.#handlers.onGap();
      gap = false;
    });
    source.addEventListener("error", () => {
      this.status.set("interrupted");
      if (source.readyState === EventSource.CLOSED) this.#reconnectLater();
    });
    for (const kind of liveKinds) {
      source.addEventListener(kind, (event: MessageEvent<string>) => this.#receive(kind, event.data));
    }
    source.addEventListener("ping", () => this.#heard());
    this.#source = source;
  }

  /** A connection that stays silent is given up: nothing else tells the browser that it is dead. */
  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.status.set("interrupted");
      this.#connect(true);
    }, silenceMs);
  }

  #receive(kind: LiveKind, data: string): void {
    this.#heard();
    try {
      this.#handlers.onEvent(kind, JSON.parse(data));
    } catch (cause) {
      // One event we cannot use must not end the stream; asking again repairs what it would have changed.
      console.error("An event of the live stream could not be applied", kind, cause);
      this.#handlers.onGap();
    }
  }

  #reconnectLater(): void {
    this.#handlers.onRefused();
    const delay = Math.min(firstRetryMs * 2 ** this.#failures, longestRetryMs);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#connect(true), delay);
  }
}
