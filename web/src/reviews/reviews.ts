/** Texts that may mean "stop" in words of their own: the query, live news, and the decision a person makes. */
import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { Review } from "@/api/types";
import { invalidateSoon } from "@/lib/invalidateSoon";

/** More than this wait nowhere; whoever has decided on them sees the next ones. */
const shownAtOnce = 100;

export const reviewsQuery = queryOptions({
  queryKey: ["reviews"],
  queryFn: async ({ signal }) =>
    (await call(api.GET("/api/reviews", { params: { query: { limit: shownAtOnce } }, signal }))).items,
  staleTime: freshness.live,
});

/** A text came in: it may be one of them. */
export function applyIncoming(client: QueryClient): void {
  invalidateSoon(client, reviewsQuery.queryKey);
}

/** Something happened in a conversation: a colleague may have decided on a text in it. */
export function applyDecision(client: QueryClient, conversationId: string): void {
  const known = client.getQueryData(reviewsQuery.queryKey);
  if (known?.some(({ conversation_id }) => conversation_id === conversationId)) applyIncoming(client);
}

type Decision = { review: Review; action: "opt_out" | "ignore" };

export function useDecide() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ review: { id }, action }: Decision) =>
      call(api.POST("/api/reviews/{id}", { params: { path: { id } }, body: { action } })),
    onSuccess: (_, { review: { id } }) =>
      client.setQueryData(reviewsQuery.queryKey, (known) => known?.filter((other) => other.id !== id)),
    // Somebody may have been faster.
    onError: () => client.invalidateQueries({ queryKey: reviewsQuery.queryKey }),
  });
}
