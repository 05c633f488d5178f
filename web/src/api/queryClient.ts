import { QueryClient } from "@tanstack/react-query";

import { isTransient } from "./errors";
import { freshness, keepUnused } from "./freshness";

const maxRetries = 3;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshness.settings,
        gcTime: keepUnused,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < maxRetries && isTransient(error),
      },
      // Writes are repeated only where an idempotency key makes that safe, and the outbox does that itself.
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
