/** What waits for its time: keys, queries, live patches, and what can be done with a waiting message. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import { byPages, onePage } from "@/api/pages";
import type { Message, MessageChange, SendOptions } from "@/api/types";
import { knownConversation } from "@/conversations/conversations";
import { invalidateSoon } from "@/lib/invalidateSoon";
import { applyMessage } from "@/thread/messages";

import { type ScheduledFilter, type ScheduledList, withScheduled } from "./cache";
import { isPending } from "./pending";

export const scheduledKeys = {
  lists: ["scheduled"] as const,
  list: (filter: ScheduledFilter) => ["scheduled", filter] as const,
};

export const scheduledQuery = (filter: ScheduledFilter) =>
  infiniteQueryOptions({
    queryKey: scheduledKeys.list(filter),
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...onePage(pageParam),
        ...(filter.q && { q: filter.q }),
        ...(filter.conversationId && { conversation_id: filter.conversationId }),
      };
      return call(api.GET("/api/scheduled", { params: { query }, signal }));
    },
    ...byPages,
    staleTime: filter.q ? freshness.glance : freshness.live,
    placeholderData: filter.q ? keepPreviousData : undefined,
  });

/** Brings news about a message into every list of what waits. Harmless when applied twice. */
export function applyScheduled(client: QueryClient, message: Message): void {
  if (message.direction === "inbound") return;
  const contact = knownConversation(client, message.conversation_id)?.contact;
  for (const [key, list] of client.getQueriesData<ScheduledList>({ queryKey: scheduledKeys.lists })) {
    if (!list) continue;
    const next = withScheduled(list, key[1] as ScheduledFilter, message, contact);
    if (next) client.setQueryData(key, next);
    else invalidateSoon(client, key);
  }
}

/** `isLastWord`: whether the answer may be shown; else the live stream tells how it went on. */
function useWaitingMutation<V>(
  send: (variables: V) => Promise<Message>,
  isLastWord: (message: Message) => boolean = () => true,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (message) => {
      if (!isLastWord(message)) return;
      applyMessage(client, message);
      applyScheduled(client, message);
    },
  });
}

const path = (id: string) => ({ params: { path: { id } } });

export function useChangeMessage(id: string) {
  return useWaitingMutation((body: MessageChange) =>
    call(api.PATCH("/api/messages/{id}", { ...path(id), body })),
  );
}

/** What still waits in the answer is decided on at that moment, and the stream may have told of it already. */
export function useSendNow() {
  return useWaitingMutation(
    (id: string) => call(api.POST("/api/messages/{id}/send-now", path(id))),
    (message) => !isPending(message),
  );
}

export function useCancelWaiting() {
  return useWaitingMutation((id: string) => call(api.POST("/api/messages/{id}/cancel", path(id))));
}

/** A message that was called off, written once more as it was: the way back from Cancel. */
export function useWriteAgain() {
  return useWaitingMutation(({ key, message }: { key: string; message: Message }) =>
    call(
      api.POST("/api/messages", {
        params: { header: { "Idempotency-Key": key } },
        body: {
          conversation_id: message.conversation_id,
          line_id: message.line_id,
          body: message.body,
          ...(message.email && { subject: message.email.subject }),
          ...(message.media.length > 0 && { media: message.media.flatMap(({ id }) => id ?? []) }),
          ...sendOptionsOf(message),
        },
      }),
    ),
  );
}

/** What a message was told on its way, to tell another one the same. */
export function sendOptionsOf({ priority, purpose, scheduled, expires_at }: Message): SendOptions {
  return {
    priority,
    purpose,
    ...(expires_at && { expires_at }),
    ...(scheduled && {
      cancel_if_answered: scheduled.cancel_if_answered,
      ...(scheduled.local && scheduled.time_zone
        ? { send_at_local: scheduled.local, time_zone: scheduled.time_zone }
        : { send_at: scheduled.at }),
    }),
  };
}
