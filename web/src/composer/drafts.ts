import { useSyncExternalStore } from "react";

import { browserStorage, type KeyValue } from "@/lib/storage";

/**
 * Unsent text per conversation, kept on this device so that it survives a reload. Stored under the user's id:
 * two people on one machine do not see each other's drafts.
 */
export class Drafts {
  readonly #storage: KeyValue;
  readonly #prefix: string;
  readonly #texts = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  constructor(userId: string, storage: KeyValue = browserStorage) {
    this.#storage = storage;
    this.#prefix = `trunkline.draft.${userId}.`;
  }

  read(conversationId: string): string {
    const known = this.#texts.get(conversationId);
    if (known !== undefined) return known;
    const stored = this.#storage.read(this.#prefix + conversationId) ?? "";
    this.#texts.set(conversationId, stored);
    return stored;
  }

  /** A draft of nothing but space is not worth keeping. */
  write(conversationId: string, text: string): void {
    this.#texts.set(conversationId, text);
    if (text.trim()) this.#storage.write(this.#prefix + conversationId, text);
    else this.#storage.remove(this.#prefix + conversationId);
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** The subject of an unsent email lies beside its text. */
export const subjectDraft = (conversationId: string): string => `${conversationId}.subject`;

export function useDraft(drafts: Drafts, conversationId: string): string {
  return useSyncExternalStore(drafts.subscribe, () => drafts.read(conversationId));
}
