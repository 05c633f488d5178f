import { notifyManager, type QueryClient, type QueryKey } from "@tanstack/react-query";

type Asked = { queryHash: string; queryKey: QueryKey };

/**
 * Answers that were on their way while news came in. Such an answer may have been read before the news happened
 * and be put in place after it, and would then undo it for good, since nothing asks again for what the stream
 * keeps current. So the news of that time is applied once more, over the answer.
 */
export class Overtaken<News> {
  readonly #client: QueryClient;
  readonly #isLive: (query: Asked) => boolean;
  readonly #repair: Repair<News>;
  /** What came in while any answer was on its way, in order. */
  #news: News[] = [];
  readonly #onTheirWay = new Map<string, { from: number; mayMiss: boolean }>();

  constructor(client: QueryClient, isLive: (query: Asked) => boolean, repair: Repair<News>) {
    this.#client = client;
    this.#isLive = isLive;
    this.#repair = repair;
  }

  /** Begins; returns the way to end. */
  start(): () => void {
    const cache = this.#client.getQueryCache();
    for (const query of cache.findAll({ fetchStatus: "fetching", predicate: this.#isLive })) {
      this.#asked(query);
    }
    return cache.subscribe((event) => {
      if (!this.#isLive(event.query)) return;
      if (event.type === "removed") this.#forget(event.query);
      if (event.type !== "updated") return;
      const { action } = event;
      if (action.type === "fetch") this.#asked(event.query);
      else if (action.type === "error") this.#forget(event.query);
      else if (action.type === "success" && !action.manual) this.#answered(event.query);
    });
  }

  /** The stream told something. */
  note(news: News): void {
    if (this.#onTheirWay.size > 0) this.#news.push(news);
  }

  /** The stream may have missed something: so may every answer that is on its way. */
  noteGap(): void {
    for (const asked of this.#onTheirWay.values()) asked.mayMiss = true;
  }

  #asked(query: Asked): void {
    this.#onTheirWay.set(query.queryHash, { from: this.#news.length, mayMiss: false });
  }

  #answered(query: Asked): void {
    const asked = this.#onTheirWay.get(query.queryHash);
    if (!asked) return;
    const news = this.#news.slice(asked.from);
    this.#forget(query);
    if (asked.mayMiss) this.#repair.askAgain(query);
    else if (news.length > 0) notifyManager.batch(() => this.#repair.apply(news));
  }

  #forget(query: Asked): void {
    this.#onTheirWay.delete(query.queryHash);
    if (this.#onTheirWay.size === 0) this.#news = [];
  }
}

/** What brings an answer that was overtaken up to date. */
export type Repair<News> = {
  apply: (news: News[]) => void;
  askAgain: (query: Asked) => void;
};
