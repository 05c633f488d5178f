import type { ChannelName, Media, Message, SendOptions } from "@/api/types";
import { type KeyValue, parseStored } from "@/lib/storage";
import { createStore, type Store } from "@/lib/store";

/**
 * Messages on their way from this browser to the server.
 *
 * Each gets its idempotency key once, when it is composed, and is stored before the first attempt. Every later
 * attempt (after a lost answer, a dropped connection, a reload) carries the same key, so the server takes the
 * message once however often it hears of it. What the server refuses goes back to the writer with its text.
 */
export type OutboxEntry = {
  /** The idempotency key. */
  key: string;
  conversationId: string;
  lineId: string | null;
  body: string;
  /** When it shall leave, and what else was chosen for it. */
  options?: SendOptions;
  /** The template the text came from, unchanged: the server writes it again with the same values. */
  template?: TemplateUse;
  /** Files that are with the server already and go along. */
  media?: readonly Media[];
  /** How it leaves, as far as that decides how it looks. */
  channel?: ChannelName;
  /** Of an email that begins a subject of its own. */
  subject?: string;
  /** When it was composed, in milliseconds since 1970. */
  createdAt: number;
  /** `waiting`: no answer, tried again by itself. `stopped`: no answer for long, the writer decides. */
  state: "sending" | "waiting" | "stopped";
  /** The message the live stream has already brought for this entry; until the answer comes, it is shown instead. */
  shownAs?: string;
};

export type TemplateUse = { id: string; variables: Record<string, string> };

/** What a template puts into the composer: its text, and whose text it is while nobody changes it. */
export type Inserted = { text: string; use?: TemplateUse };

/** What a message says beside its text. */
export type Extras = Pick<OutboxEntry, "options" | "template" | "media" | "channel" | "subject">;

export type Answer =
  | { kind: "accepted"; message: Message }
  | { kind: "refused"; reason: string }
  | { kind: "no-answer"; retryAfterMs?: number | undefined };

export type OutboxPorts = {
  post: (entry: OutboxEntry) => Promise<Answer>;
  onAccepted: (message: Message) => void;
  onRefused: (entry: OutboxEntry, reason: string) => void;
  storage: KeyValue;
  now: () => number;
  newKey: () => string;
};

/** Waiting times between attempts; the last one repeats. */
const backoffMs = [1000, 2000, 4000, 8000, 15_000];
/** After this long without an answer a reply may no longer fit the talk: the writer is asked. */
const autoRetryMs = 5 * 60_000;

export class Outbox {
  readonly entries: Store<readonly OutboxEntry[]> = createStore<readonly OutboxEntry[]>([]);
  readonly #ports: OutboxPorts;
  readonly #prefix: string;
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #inFlight = new Set<string>();
  #closed = false;

  constructor(userId: string, ports: OutboxPorts) {
    this.#ports = ports;
    this.#prefix = `trunkline.outbox.${userId}.`;
    this.entries.set(this.#stored());
  }

  submit(conversationId: string, lineId: string | null, body: string, extras: Extras = {}): void {
    const key = this.#ports.newKey();
    const entry: OutboxEntry = {
      ...extras,
      key,
      conversationId,
      lineId,
      body,
      createdAt: this.#ports.now(),
      state: "sending",
    };
    this.#put(entry);
    void this.#attempt(key);
  }

  /** Tries everything that waits, at once: the connection is back, or the page has just opened. */
  wake(): void {
    for (const { key, state } of this.entries.get()) if (state === "waiting") void this.#attempt(key);
  }

  /** The writer wants one entry tried again. The key stays, so this can never send it twice. */
  resend(key: string): void {
    void this.#attempt(key);
  }

  discard(key: string): void {
    this.#remove(key);
  }

  /** Begins, or goes on after `close`: what an earlier visit left waiting is tried at once. */
  open(): void {
    this.#closed = false;
    this.wake();
  }

  /** Stops retrying; the entries stay stored for the next visit. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /**
   * The live stream may be faster than the answer to the request. An own new message with the same text is
   * then shown in place of the entry, which stays until its answer comes: if that is a failure, it reappears.
   */
  noticeMessage(message: Message, isOurs: boolean): void {
    if (!isOurs || message.direction !== "outbound") return;
    if (this.entries.get().some((entry) => entry.shownAs === message.id)) return;
    const candidates = this.entries
      .get()
      .filter(
        ({ state, shownAs, conversationId }) =>
          state === "sending" && shownAs === undefined && conversationId === message.conversation_id,
      );
    const entry =
      candidates.find(({ body }) => body === message.body) ??
      candidates.find(({ body }) => isNewWithMore(message, body));
    if (entry) this.#put({ ...entry, shownAs: message.id });
  }

  async #attempt(key: string): Promise<void> {
    const found = this.#find(key);
    if (!found || this.#closed || this.#inFlight.has(key)) return;
    clearTimeout(this.#timers.get(key));
    const entry: OutboxEntry = { ...found, state: "sending" };
    this.#put(entry);
    this.#inFlight.add(key);
    const answer = await this.#ports.post(entry);
    this.#inFlight.delete(key);
    this.#settle(key, answer);
  }

  #settle(key: string, answer: Answer): void {
    const entry = this.#find(key);
    if (answer.kind === "accepted") {
      // Also when the writer discarded it meanwhile: the server has it, so it belongs in the thread.
      this.#ports.onAccepted(answer.message);
      this.#remove(key);
    } else if (!entry) {
      return;
    } else if (answer.kind === "refused") {
      this.#remove(key);
      this.#ports.onRefused(entry, answer.reason);
    } else {
      this.#waitForNext(entry, answer.retryAfterMs);
    }
  }

  #waitForNext({ shownAs: _, ...entry }: OutboxEntry, retryAfterMs: number | undefined): void {
    const failures = this.#failures.get(entry.key) ?? 0;
    this.#failures.set(entry.key, failures + 1);
    const givesUp = this.#ports.now() - entry.createdAt > autoRetryMs;
    this.#put({ ...entry, state: givesUp ? "stopped" : "waiting" });
    if (givesUp || this.#closed) return;
    const delay = retryAfterMs ?? backoffMs[Math.min(failures, backoffMs.length - 1)];
    this.#timers.set(
      entry.key,
      setTimeout(() => void this.#attempt(entry.key), delay),
    );
  }

  #find(key: string): OutboxEntry | undefined {
    return this.entries.get().find((entry) => entry.key === key);
  }

  #put(entry: OutboxEntry): void {
    const rest = this.entries.get();
    const index = rest.findIndex((known) => known.key === entry.key);
    this.entries.set(index < 0 ? [...rest, entry] : rest.with(index, entry));
    this.#ports.storage.write(this.#prefix + entry.key, JSON.stringify(entry));
  }

  #remove(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#failures.delete(key);
    this.entries.set(this.entries.get().filter((entry) => entry.key !== key));
    this.#ports.storage.remove(this.#prefix + key);
  }

  /** What an earlier visit left behind. Whether the server has it is unknown; asking again by key is safe. */
  #stored(): OutboxEntry[] {
    const { storage, now } = this.#ports;
    return storage
      .keys(this.#prefix)
      .map((key) => parseStored(storage.read(key), isEntry))
      .filter((entry) => entry !== undefined)
      .map(({ shownAs: _, ...entry }): OutboxEntry => {
        const fresh = now() - entry.createdAt <= autoRetryMs;
        return { ...entry, state: fresh ? "waiting" : "stopped" };
      })
      .sort((a, b) => a.createdAt - b.createdAt);
  }
}

function isEntry(value: unknown): value is OutboxEntry {
  const entry = value as Partial<OutboxEntry> | null;
  return (
    typeof entry?.key === "string" &&
    typeof entry.conversationId === "string" &&
    typeof entry.body === "string" &&
    typeof entry.createdAt === "number"
  );
}

const fresh: ReadonlySet<Message["state"]> = new Set(["queued", "held", "scheduled"]);

/** A message that was just taken, to whose text the server added the way to opt out. */
function isNewWithMore(message: Message, body: string): boolean {
  return (
    fresh.has(message.state) && message.body.startsWith(body) && /^\s/.test(message.body.slice(body.length))
  );
}
