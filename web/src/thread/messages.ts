/** Messages: their keys, queries, live patches and what can be done with one. */
import {
  infiniteQueryOptions,
  noop,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import { byPages, findItem, onePage } from "@/api/pages";
import type { Message } from "@/api/types";
import { applyMessageState } from "@/conversations/conversations";

import { type Thread, withMessage } from "./cache";

export const messageKeys = {
  threads: ["messages"] as const,
  thread: (conversationId: string) => ["messages", conversationId] as const,
  details: (id: string) => ["message-details", id] as const,
  email: (id: string) => ["email", id] as const,
};

export const threadQuery = (conversationId: string) =>
  infiniteQueryOptions({
    queryKey: messageKeys.thread(conversationId),
    queryFn: ({ pageParam, signal }) => {
      const query = { conversation_id: conversationId, ...onePage(pageParam) };
      return call(api.GET("/api/messages", { params: { query }, signal }));
    },
    // Pages go back in time: the next one is older.
    ...byPages,
    staleTime: freshness.live,
  });

/** Loads a thread before it is opened: the pointer is on its row, or it is the next one. */
export function preloadThread(client: QueryClient, conversationId: string): void {
  client.infiniteQuery(threadQuery(conversationId)).catch(noop);
}

export const messageDetailsQuery = (id: string) =>
  queryOptions({
    queryKey: messageKeys.details(id),
    queryFn: ({ signal }) => call(api.GET("/api/messages/{id}", { params: { path: { id } }, signal })),
    staleTime: 0,
  });

/** What an email has beside its text; none of it ever changes. */
export const emailQuery = (id: string) =>
  queryOptions({
    queryKey: messageKeys.email(id),
    queryFn: ({ signal }) => call(api.GET("/api/messages/{id}/email", { params: { path: { id } }, signal })),
    staleTime: freshness.live,
  });

/** Where an email is as its sender laid it out. Images that lie elsewhere are fetched only if that is wanted. */
export const layoutUrl = (id: string, withImages: boolean): string =>
  `/api/messages/${id}/html${withImages ? "?images=true" : ""}`;

/** Brings a created or changed message into its thread and preview. Says whether it was new to us. */
export function applyMessage(client: QueryClient, message: Message): boolean {
  const key = messageKeys.thread(message.conversation_id);
  const isNew = !findItem(client.getQueryData<Thread>(key), message.id);
  client.setQueryData<Thread>(key, (thread) => thread && withMessage(thread, message));
  applyMessageState(client, message);
  if (client.getQueryData(messageKeys.details(message.id))) {
    void client.invalidateQueries({ queryKey: messageKeys.details(message.id) });
  }
  return isNew;
}

/** Sends the text of a failed message again, as a new message. */
export function useSendAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.POST("/api/messages/{id}/retry", { params: { path: { id } } })),
    onSuccess: (message) => applyMessage(client, message),
  });
}

export function useCancelMessage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.POST("/api/messages/{id}/cancel", { params: { path: { id } } })),
    onSuccess: (message) => applyMessage(client, message),
  });
}

/** Asks once more for a file that could not be had. The stream then brings its message. */
export function useFetchAgain() {
  return useMutation({
    mutationFn: (id: string) => call(api.POST("/api/media/{id}/fetch", { params: { path: { id } } })),
  });
}
