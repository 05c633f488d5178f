import type { QueryClient, QueryKey } from "@tanstack/react-query";

const pauseMs = 400;
const waiting = new WeakMap<QueryClient, Map<string, ReturnType<typeof setTimeout>>>();

/**
 * Asks again for what events made old, once for a whole burst of them: a batch of thousands of messages is one
 * question, not thousands.
 */
export function invalidateSoon(client: QueryClient, queryKey: QueryKey): void {
  const timers = waiting.get(client) ?? new Map<string, ReturnType<typeof setTimeout>>();
  waiting.set(client, timers);
  const name = JSON.stringify(queryKey);
  if (timers.has(name)) return;
  timers.set(
    name,
    setTimeout(() => {
      timers.delete(name);
      void client.invalidateQueries({ queryKey });
    }, pauseMs),
  );
}
