import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Message } from "@/api/types";
import { bySoonest, isPending } from "@/schedule/pending";
import { scheduledQuery } from "@/schedule/scheduled";

/**
 * What waits in a conversation, soonest first: what the thread has loaded and what was written so long ago that
 * its page is not loaded yet.
 */
export function usePending(conversationId: string, messages: Message[]): Message[] {
  const { data } = useInfiniteQuery(scheduledQuery({ q: "", conversationId }));
  return useMemo(
    () => pendingOf(messages, data?.pages.flatMap((page) => page.items) ?? []),
    [messages, data],
  );
}

/** The thread's word on a message counts: it hears of a change first. */
export function pendingOf(messages: Message[], listed: Message[]): Message[] {
  const inThread = new Set(messages.map(({ id }) => id));
  return [...messages, ...listed.filter(({ id }) => !inThread.has(id))].filter(isPending).toSorted(bySoonest);
}
