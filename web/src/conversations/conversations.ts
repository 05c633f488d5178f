/** Conversations: their keys, queries, live patches and changes. */
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
import { byPages, findItem, onePage } from "@/api/pages";
import type { Conversation, ConversationCounts, ConversationStatus, Message } from "@/api/types";

import { adjustedCounts, type List, newerOf, withConversation, withMessageState } from "./cache";
import { type Filter, toQuery } from "./filter";

export const conversationKeys = {
  lists: ["conversations"] as const,
  list: (filter: Filter) => ["conversations", filter] as const,
  counts: ["conversation-counts"] as const,
  one: (id: string) => ["conversation", id] as const,
};

export const conversationsQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: conversationKeys.list(filter),
    queryFn: async ({ pageParam, signal, client }) => {
      const query = { ...toQuery(filter), ...onePage(pageParam) };
      const page = await call(api.GET("/api/conversations", { params: { query }, signal }));
      client.setQueryData(conversationKeys.counts, page.counts);
      return page;
    },
    ...byPages,
    staleTime: filter.q ? freshness.glance : freshness.live,
    // While the next letter's results load, the last ones stay; another tab is another list.
    placeholderData: filter.q ? keepPreviousData : undefined,
  });

/** Comes with every list; asked for alone only when the stream told us of a conversation we did not know. */
export const countsQuery = queryOptions({
  queryKey: conversationKeys.counts,
  queryFn: async ({ signal }) => {
    const query = { status: "all", limit: 1 } as const;
    return (await call(api.GET("/api/conversations", { params: { query }, signal }))).counts;
  },
  staleTime: freshness.live,
});

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: conversationKeys.one(id),
    queryFn: ({ signal }) => call(api.GET("/api/conversations/{id}", { params: { path: { id } }, signal })),
    staleTime: freshness.live,
  });

const filterOfKey = (key: readonly unknown[]): Filter => key[1] as Filter;

/** What we know about a conversation from anywhere. */
export function knownConversation(client: QueryClient, id: string): Conversation | undefined {
  const one = client.getQueryData<Conversation>(conversationKeys.one(id));
  if (one) return one;
  for (const [, list] of client.getQueriesData<List>({ queryKey: conversationKeys.lists })) {
    const found = findItem(list, id);
    if (found) return found;
  }
  return undefined;
}

/** Brings a created or changed conversation everywhere it shows. Harmless when applied twice. */
export function applyConversation(client: QueryClient, news: Conversation): void {
  const before = knownConversation(client, news.id);
  const after = newerOf(before, news);
  client.setQueryData<Conversation>(conversationKeys.one(news.id), after);
  for (const [key, list] of client.getQueriesData<List>({ queryKey: conversationKeys.lists })) {
    if (list) client.setQueryData(key, withConversation(list, filterOfKey(key), after));
  }
  if (!before) void client.invalidateQueries({ queryKey: conversationKeys.counts });
  else {
    client.setQueryData<ConversationCounts>(
      conversationKeys.counts,
      (counts) => counts && adjustedCounts(counts, before, after),
    );
  }
}

/** A message's new state, shown in its conversation's preview. */
export function applyMessageState(client: QueryClient, message: Message): void {
  const known = knownConversation(client, message.conversation_id);
  const changed = known && withMessageState(known, message);
  if (changed && changed !== known) applyConversation(client, changed);
}

/** Changes a conversation at once and puts it back as it was if the server does not agree. */
function useOptimisticChange<V extends { id: string }>(
  send: (variables: V) => Promise<unknown>,
  change: (conversation: Conversation, variables: V) => Conversation,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onMutate: (variables) => {
      const before = knownConversation(client, variables.id);
      if (before) applyConversation(client, change(before, variables));
      return { before };
    },
    onError: (_error, _variables, context) => {
      if (context?.before) applyConversation(client, context.before);
    },
  });
}

export function useSetStatus() {
  return useOptimisticChange(
    ({ id, status }: { id: string; status: ConversationStatus }) =>
      call(api.PATCH("/api/conversations/{id}", { params: { path: { id } }, body: { status } })),
    (conversation, { status }) => ({ ...conversation, status }),
  );
}

export function useMarkRead() {
  return useOptimisticChange(
    ({ id }: { id: string }) => call(api.POST("/api/conversations/{id}/read", { params: { path: { id } } })),
    (conversation) => ({ ...conversation, unread_count: 0 }),
  );
}

/** The counterpart of `read`, of the same shape. */
const unreadPath = "/api/conversations/{id}/unread" as "/api/conversations/{id}/read";

export function useMarkUnread() {
  return useOptimisticChange(
    ({ id }: { id: string }) => call(api.POST(unreadPath, { params: { path: { id } } })),
    (conversation) => ({ ...conversation, unread_count: Math.max(1, conversation.unread_count) }),
  );
}

/** Finds or begins the conversation with a contact or a number. */
export function useStartConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (
      body: { contact_id: string } | { phone: string; name?: string } | { email: string; name?: string },
    ) => call(api.POST("/api/conversations", { body })),
    onSuccess: (conversation) => applyConversation(client, conversation),
  });
}
