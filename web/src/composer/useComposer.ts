import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Conversation, Message } from "@/api/types";
import { contactQuery } from "@/contacts/contacts";
import { useNow } from "@/lib/useNow";
import { useWriting } from "@/live/LiveProvider";
import { type Plan, whenOf } from "@/schedule/choices";
import { useUser } from "@/session/session";
import { linesQuery } from "@/settings/lines";

import { idsOf } from "./deliver";
import { useDraft } from "./drafts";
import type { TemplateUse } from "./outbox";
import { blockedBy, replyLine } from "./readiness";
import { dismissReturned, useReturned } from "./returned";
import { countSegments } from "./segments";
import { useAttachments } from "./useAttachments";
import { useMessageCheck } from "./useMessageCheck";
import { useSubject } from "./useSubject";
import { lineOf, replyWay, waysQuery } from "./ways";

/** Everything the composer of one conversation knows and does. */
export function useComposer(
  conversation: Conversation,
  lastMessage: Message | undefined,
  /** That of the last email, if there is one. */
  lastSubject?: string,
) {
  const user = useUser();
  const { outbox, drafts, attachments } = useWriting();
  const { data: lines } = useQuery(linesQuery);
  const text = useDraft(drafts, conversation.id);
  const returned = useReturned(conversation.id);
  const [chosenLine, chooseLine] = useState<string | null>(null);
  const [plan, setPlan] = useState<Plan | null>(null);
  const template = useInsertedTemplate(text);

  const { data: ways } = useQuery(waysQuery(conversation.id));
  const now = useNow();
  const way = replyWay(ways, chosenLine);
  const line = lineOf(way, lines ?? []) ?? replyLine(lines ?? [], chosenLine, lastMessage);
  const { data: known } = useQuery(contactQuery(conversation.contact.id));
  const contact = { ...conversation.contact, blocked: known?.blocked ?? false };
  const blocked = lines && blockedBy(user, contact, line, text, { way, now });
  const subject = useSubject(conversation.id, line, lastSubject);
  const attached = useAttachments(conversation.id, line, { lines: lines ?? [], ways });
  const withFiles = attached.files.length > 0;
  const something = text.trim() !== "" || withFiles;
  const written = something && lines !== undefined && !blocked && !subject.missing && attached.ready;
  const options = plan && { ...whenOf(plan), cancel_if_answered: plan.cancelIfAnswered };
  const foresight = useMessageCheck(
    {
      conversation_id: conversation.id,
      ...(template.use
        ? { template_id: template.use.id, variables: template.use.variables }
        : { body: text.trim() }),
      ...(line && { line_id: line.id }),
      ...(subject.told && { subject: subject.told }),
      ...(withFiles && { media: idsOf(attached.media) }),
      ...options,
    },
    text.trim(),
    written,
  );
  const ready = written && foresight.refusal === undefined;

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
    outbox.submit(conversation.id, line?.id ?? null, text.trim(), {
      ...(options && { options }),
      ...(template.use && { template: template.use }),
      ...(line && { channel: line.channel }),
      ...(subject.told && { subject: subject.told }),
      ...(withFiles && { media: attached.media }),
    });
    write("");
    subject.write("");
    attachments.clear(conversation.id);
    setPlan(null);
    return true;
  };
  const { added = "" } = foresight;
  const count = useMemo(() => countSegments(text.trim() + (text.trim() && added)), [text, added]);
  return {
    conversationId: conversation.id,
    contact: conversation.contact,
    subject,
    attached,
    attach: (files: readonly File[]): void => attachments.add(conversation.id, files),
    text,
    write,
    lines: lines ?? [],
    line,
    ways,
    way,
    chooseLine,
    plan,
    setPlan,
    template,
    foresight,
    blocked,
    ready,
    returned,
    takeBack,
    count,
    send,
  };
}

export type ComposerState = ReturnType<typeof useComposer>;

/** The template the text came from, as long as nobody has changed the text since. */
function useInsertedTemplate(text: string) {
  const [inserted, setInserted] = useState<TemplateUse & { text: string }>();
  const unchanged = inserted?.text === text.trim() ? inserted : undefined;
  return {
    use: unchanged && { id: unchanged.id, variables: unchanged.variables },
    remember: setInserted,
  };
}
