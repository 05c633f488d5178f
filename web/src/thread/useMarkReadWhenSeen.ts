import { useEffect, useSyncExternalStore } from "react";

import type { Conversation } from "@/api/types";
import { useMarkRead } from "@/conversations/conversations";
import { mayWrite, useUser } from "@/session/session";

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** A conversation is read when its end is on a screen that someone can be looking at. */
export function useMarkReadWhenSeen({ id, unread_count }: Conversation, isAtEnd: boolean): void {
  const visible = useSyncExternalStore(subscribe, () => document.visibilityState === "visible");
  const { mutate } = useMarkRead();
  const reads = mayWrite(useUser());
  const due = reads && visible && isAtEnd && unread_count > 0;
  useEffect(() => {
    if (due) mutate({ id });
  }, [due, id, mutate]);
}
