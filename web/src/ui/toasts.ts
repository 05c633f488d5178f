import { createStore } from "@/lib/store";

export type Toast = { id: number; text: string; action?: { label: string; run: () => void } };

const visibleMs = 6000;
/** What can be undone stays as long as it can: messages sent again leave after ten seconds. */
const undoableMs = 9500;
let lastId = 0;

export const toasts = createStore<readonly Toast[]>([]);

/** Says something in the corner for a few seconds; an action (undo) can go with it. */
export function showToast(text: string, action?: Toast["action"]): void {
  lastId += 1;
  const id = lastId;
  const toast: Toast = action ? { id, text, action } : { id, text };
  toasts.set([...toasts.get().slice(-2), toast]);
  setTimeout(() => dismissToast(id), action ? undoableMs : visibleMs);
}

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}
