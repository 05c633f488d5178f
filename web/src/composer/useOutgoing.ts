import { useMemo } from "react";

import { useStore } from "@/lib/store";
import { useWriting } from "@/live/LiveProvider";

import type { OutboxEntry } from "./outbox";

/** What is on its way in one conversation and not yet shown as a message. */
export function useOutgoing(conversationId: string): OutboxEntry[] {
  const entries = useStore(useWriting().outbox.entries);
  return useMemo(
    () => entries.filter((entry) => entry.conversationId === conversationId && entry.shownAs === undefined),
    [entries, conversationId],
  );
}
