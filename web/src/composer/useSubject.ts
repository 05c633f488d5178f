import { useState } from "react";

import type { Line } from "@/api/types";
import { useWriting } from "@/live/LiveProvider";
import { replySubject, sameSubject } from "@/lib/subject";

import { subjectDraft, useDraft } from "./drafts";

/** The subject of a reply by email: that of what it answers, until somebody writes another. */
export function useSubject(conversationId: string, line: Line | undefined, last: string | undefined) {
  const { drafts } = useWriting();
  const written = useDraft(drafts, subjectDraft(conversationId));
  const [opened, setOpened] = useState(false);
  const isEmail = line?.channel === "email";
  const answered = last === undefined ? undefined : replySubject(last);
  const isOther = written.trim() !== "" && (last === undefined || !sameSubject(written, last));
  return {
    isEmail,
    answered,
    /** What stands in the field. */
    text: written,
    /** Without an email to answer there is nothing to hide it behind. */
    isOpen: opened || isOther || answered === undefined,
    /** What the server is told: nothing, when it is the subject of an answer. */
    told: isEmail && isOther ? written.trim() : undefined,
    missing: isEmail && answered === undefined && written.trim() === "",
    write: (next: string): void => drafts.write(subjectDraft(conversationId), next),
    open: (): void => {
      drafts.write(subjectDraft(conversationId), answered ?? "");
      setOpened(true);
    },
    close: (): void => {
      setOpened(false);
      if (!isOther) drafts.write(subjectDraft(conversationId), "");
    },
  };
}
