import { useSyncExternalStore } from "react";

const step = 20_000;
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    // Nobody was watching, so the clock stood still.
    current = Date.now();
    timer = setInterval(tick, step);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  current = Date.now();
  for (const listener of listeners) listener();
}

/** The present, one clock for the whole page, so that all relative times turn over together. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => current);
}
