import type { Media } from "@/api/types";
import { createStore, type Store } from "@/lib/store";

import type { Upload } from "./upload";

/** A file that shall go along with a reply. */
export type Attachment = {
  /** Ours; the server's id comes with `media`. */
  key: string;
  name: string;
  /** As the browser takes it to be, empty if it does not know; then as the server finds it. */
  type: string;
  bytes: number;
  /** A picture of it on this machine, if it is one. */
  preview?: string;
  /** `waiting`: its channel does not take it as it is, so it stays here. */
  state: "waiting" | "uploading" | "uploaded" | "failed";
  /** How much of it has left, from 0 to 1. */
  progress: number;
  media?: Media;
  /** Why it could not be brought, in the server's words; without them the connection broke. */
  reason?: string | undefined;
};

export type AttachmentPorts = {
  upload: Upload;
  newKey: () => string;
  preview: (file: File) => string;
  release: (preview: string) => void;
  /** The server's words on why it does not take a file. */
  reasonOf: (error: unknown) => string | undefined;
};

/** More at once would leave no connection for the rest of the app. */
const uploadsAtOnce = 2;
const none: readonly Attachment[] = [];

type Known = Readonly<Record<string, readonly Attachment[]>>;

/**
 * The files of unsent replies, by conversation. They live as long as the page, so that one can look at another
 * conversation and come back; what was brought and never sent, the server deletes.
 */
export class Attachments {
  readonly #ports: AttachmentPorts;
  readonly #known: Store<Known> = createStore<Known>({});
  readonly #files = new Map<string, File>();
  readonly #leaving = new Map<string, AbortController>();
  readonly #queue: string[] = [];

  constructor(ports: AttachmentPorts) {
    this.#ports = ports;
  }

  subscribe = (listener: () => void): (() => void) => this.#known.subscribe(listener);

  of(conversationId: string): readonly Attachment[] {
    return this.#known.get()[conversationId] ?? none;
  }

  add(conversationId: string, files: readonly File[]): void {
    const added = files.map((file): Attachment => {
      const key = this.#ports.newKey();
      this.#files.set(key, file);
      const preview = file.type.startsWith("image/") ? { preview: this.#ports.preview(file) } : {};
      const { name, type, size: bytes } = file;
      return { key, name, type, bytes, state: "waiting", progress: 0, ...preview };
    });
    this.#set(conversationId, [...this.of(conversationId), ...added]);
  }

  /** Brings a file that waits or failed to the server, when its turn comes. */
  start(key: string): void {
    if (!this.#files.has(key) || this.#leaving.has(key) || this.#queue.includes(key)) return;
    this.#change(key, { state: "uploading", progress: 0, reason: undefined });
    this.#queue.push(key);
    this.#next();
  }

  /** Also calls off its way to the server. */
  remove(conversationId: string, key: string): void {
    this.#forget(this.of(conversationId).filter((file) => file.key === key));
    this.#set(
      conversationId,
      this.of(conversationId).filter((file) => file.key !== key),
    );
  }

  /** They have left with their message. */
  clear(conversationId: string): void {
    this.#forget(this.of(conversationId));
    this.#set(conversationId, none);
  }

  /** What comes back with a refused message, before what was attached meanwhile. */
  restore(conversationId: string, media: readonly Media[]): void {
    const back = media.map((file): Attachment => ({
      key: this.#ports.newKey(),
      name: file.name ?? "",
      type: file.content_type ?? "",
      bytes: file.bytes ?? 0,
      state: "uploaded",
      progress: 1,
      media: file,
    }));
    this.#set(conversationId, [...back, ...this.of(conversationId)]);
  }

  #next(): void {
    if (this.#leaving.size >= uploadsAtOnce) return;
    const key = this.#queue.shift();
    const file = key !== undefined && this.#files.get(key);
    if (file) void this.#bring(key, file);
  }

  async #bring(key: string, file: File): Promise<void> {
    const leaving = new AbortController();
    this.#leaving.set(key, leaving);
    this.#next();
    try {
      const onProgress = (progress: number): void => this.#change(key, { progress });
      const media = await this.#ports.upload(file, onProgress, leaving.signal);
      const { content_type: type, bytes } = media;
      this.#change(key, {
        state: "uploaded",
        progress: 1,
        media,
        ...(type && { type }),
        ...(bytes && { bytes }),
      });
    } catch (error) {
      this.#change(key, { state: "failed", reason: this.#ports.reasonOf(error) });
    } finally {
      this.#leaving.delete(key);
      this.#next();
    }
  }

  #forget(files: readonly Attachment[]): void {
    for (const { key, preview } of files) {
      this.#files.delete(key);
      this.#leaving.get(key)?.abort();
      const waiting = this.#queue.indexOf(key);
      if (waiting >= 0) this.#queue.splice(waiting, 1);
      if (preview) this.#ports.release(preview);
    }
  }

  /** Whoever removed it meanwhile, does not get it back. */
  #change(key: string, change: Partial<Attachment>): void {
    for (const [conversationId, files] of Object.entries(this.#known.get())) {
      const index = files.findIndex((file) => file.key === key);
      const file = files[index];
      if (file) this.#set(conversationId, files.with(index, { ...file, ...change }));
    }
  }

  #set(conversationId: string, files: readonly Attachment[]): void {
    this.#known.set({ ...this.#known.get(), [conversationId]: files });
  }
}
