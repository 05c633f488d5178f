import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Conversation, Message } from "@/api/types";
import { useWriting } from "@/live/LiveProvider";
import { useUser } from "@/session/session";
import { linesQuery } from "@/settings/lines";

import { useDraft } from "./drafts";
import { blockedBy, replyLine } from "./readiness";
import { dismissReturned, useReturned } from "./returned";
import { countSegments } from "./segments";

/** Everything the composer of one conversation knows and does. */
export function useComposer(conversation: Conversation, lastMessage: Message | undefined) {
  const user = useUser();
  const { outbox, drafts } = useWriting();
  const { data: lines } = useQuery(linesQuery);
  const text = useDraft(drafts, conversation.id);
  const returned = useReturned(conversation.id);
  const [chosenLine, chooseLine] = useState<string | null>(null);

  const line = replyLine(lines ?? [], chosenLine, lastMessage);
  const blocked = lines && blockedBy(user, conversation.contact, line, text);
  const ready = text.trim() !== "" && lines !== undefined && !blocked;

  const write = (next: string): void => {
    drafts.write(conversation.id, next);
    if (returned && returned.waiting === undefined) dismissReturned(conversation.id);
  };
  /** Takes a refused text back into the composer, in place of what stands there. */
  const takeBack = (): void => {
    if (returned?.waiting === undefined) return;
    drafts.write(conversation.id, returned.waiting);
    dismissReturned(conversation.id);
  };
  const send = (): boolean => {
    if (!ready) return false;
    outbox.submit(conversation.id, line?.id ?? null, text.trim());
    write("");
    return true;
  };
  const count = useMemo(() => countSegments(text.trim()), [text]);
  return {
    text,
    write,
    lines: lines ?? [],
    line,
    chooseLine,
    blocked,
    ready,
    returned,
    takeBack,
    count,
    send,
  };
}
