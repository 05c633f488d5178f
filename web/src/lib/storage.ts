/**
 * What the browser keeps for us between visits. Storage can be full, closed (private windows) or hold
 * something an older version wrote; none of that may stop the app, so every access answers with a fallback.
 */
export type KeyValue = {
  read: (key: string) => string | null;
  write: (key: string, value: string) => void;
  remove: (key: string) => void;
  keys: (prefix: string) => string[];
};

function attempt<T>(action: () => T, fallback: T): T {
  try {
    return action();
  } catch {
    return fallback;
  }
}

export const browserStorage: KeyValue = {
  read: (key) => attempt(() => localStorage.getItem(key), null),
  write: (key, value) => attempt(() => localStorage.setItem(key, value), undefined),
  remove: (key) => attempt(() => localStorage.removeItem(key), undefined),
  keys: (prefix) => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix)), []),
};

/** Parses what was stored; anything unreadable or of the wrong shape counts as absent. */
export function parseStored<T>(text: string | null, isValid: (value: unknown) => value is T): T | undefined {
  if (text === null) return undefined;
  const value = attempt<unknown>(() => JSON.parse(text), undefined);
  return isValid(value) ? value : undefined;
}
