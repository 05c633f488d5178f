import createClient from "openapi-fetch";

import { toApiError, Unreachable } from "./errors";
import type { paths } from "./schema";

/** The typed client. Paths, parameters and answers are checked against the API description. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  // Looked up at each call, so that tests can answer in the server's place.
  fetch: (request) => globalThis.fetch(request),
});

type Outcome<T> = { data?: T; error?: unknown; response: Response };

/**
 * Turns a client call into a value or a thrown error: `ApiError` when the server said no, `Unreachable` when
 * no answer came.
 */
export async function call<T>(request: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Unreachable("No answer from the server", { cause });
  }
  if (outcome.response.ok) return outcome.data as T;
  const error = toApiError(outcome.error, outcome.response.status);
  if (error.code === "unauthenticated") notifySignedOut();
  throw error;
}

const signedOutListeners = new Set<() => void>();

/** Calls back when the server no longer knows who we are: the session ended here or elsewhere. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

export function notifySignedOut(): void {
  for (const listener of signedOutListeners) listener();
}
