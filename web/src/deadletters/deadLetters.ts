/** What did not arrive and waits for a decision: keys, queries, live patches and what can be done about it. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import { byPages, onePage } from "@/api/pages";
import type { DeadLetterSelector, Message } from "@/api/types";
import { invalidateSoon } from "@/lib/invalidateSoon";
import { needsAttention } from "@/thread/states";

type LetterFilter = { code?: string; q?: string };

export const letterKeys = {
  all: ["dead-letters"] as const,
  groups: ["dead-letters", "groups"] as const,
  list: (filter: LetterFilter) => ["dead-letters", "list", filter] as const,
};

/** The reasons with their counts; its total is the number at the door. */
export const letterGroupsQuery = queryOptions({
  queryKey: letterKeys.groups,
  queryFn: ({ signal }) => call(api.GET("/api/dead-letters/groups", { signal })),
  staleTime: freshness.live,
});

export const lettersQuery = (filter: LetterFilter) =>
  infiniteQueryOptions({
    queryKey: letterKeys.list(filter),
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, ...onePage(pageParam) };
      return call(api.GET("/api/dead-letters", { params: { query }, signal }));
    },
    ...byPages,
    staleTime: freshness.glance,
    placeholderData: filter.q ? keepPreviousData : undefined,
  });

/** One more failed, or somebody dealt with one: the groups and lists are asked for again, once per burst. */
export function applyDeadLetter(client: QueryClient, message: Message): void {
  if (message.direction === "inbound") return;
  const concerns = needsAttention(message) || message.state === "unknown" || message.retry_of != null;
  if (concerns) invalidateSoon(client, letterKeys.all);
}

function useLetterAction<V, R>(send: (variables: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: letterKeys.all }),
  });
}

export function useRetryLetters() {
  return useLetterAction((body: DeadLetterSelector) => call(api.POST("/api/dead-letters/retry", { body })));
}

export function useDropLetters() {
  return useLetterAction((body: DeadLetterSelector) => call(api.POST("/api/dead-letters/drop", { body })));
}

export function useUndoLetters() {
  return useLetterAction((actionId: string) =>
    call(api.POST("/api/dead-letters/undo", { body: { action_id: actionId } })),
  );
}
