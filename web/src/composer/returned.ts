import { createStore, useStore } from "@/lib/store";

import type { Attachments } from "./attachments";
import { type Drafts, subjectDraft } from "./drafts";
import type { OutboxEntry } from "./outbox";

/**
 * What the server refused, on its way back to the writer. The text becomes the draft again at once; only if
 * another draft stands there already, it waits here until it is wanted.
 */
export type Returned = { reason: string; waiting?: string };

const returned = createStore<Readonly<Record<string, Returned>>>({});

/** Where what was written goes back to. */
export type Writing = { drafts: Drafts; attachments: Attachments };

export function giveBack({ drafts, attachments }: Writing, sent: OutboxEntry, reason: string): void {
  const { conversationId, body, media, subject } = sent;
  if (media) attachments.restore(conversationId, media);
  if (subject) drafts.write(subjectDraft(conversationId), subject);
  const occupied = drafts.read(conversationId).trim() !== "";
  if (!occupied) drafts.write(conversationId, body);
  const entry: Returned = occupied ? { reason, waiting: body } : { reason };
  returned.set({ ...returned.get(), [conversationId]: entry });
}

/** The writer has seen the reason and goes on. */
export function dismissReturned(conversationId: string): void {
  const { [conversationId]: _, ...rest } = returned.get();
  returned.set(rest);
}

export const readReturned = (conversationId: string): Returned | undefined => returned.get()[conversationId];

export function useReturned(conversationId: string): Returned | undefined {
  return useStore(returned)[conversationId];
}
