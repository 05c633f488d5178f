import { CalendarClock, CirclePause } from "lucide-react";
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import type { ConversationContact, Message } from "@/api/types";
import { displayName } from "@/lib/names";
import { useNow } from "@/lib/useNow";
import { leavesAt } from "@/schedule/pending";
import { PendingActions } from "@/schedule/PendingActions";
import { HoldReason, PendingTime } from "@/schedule/PendingTime";
import { useRecipientZone } from "@/schedule/recipientZone";
import { mayWrite, useUser } from "@/session/session";

import { BubbleText } from "./BubbleText";
import { letterClass } from "./EmailCard";
import { MediaList } from "./MediaList";
import { bubbleClass } from "./MessageBubble";

/** A message that waits, at the end of the thread: when it goes or what holds it, and what can still be done. */
export function PendingBubble({ message, contact }: { message: Message; contact: ConversationContact }) {
  const { t } = useTranslation();
  const now = useNow();
  const writes = mayWrite(useUser());
  const recipient = useRecipientZone(contact.id);
  const held = message.state === "held";
  const Icon = held ? CirclePause : CalendarClock;
  return (
    <article
      aria-label={t(held ? "schedule.heldFor" : "schedule.scheduledFor", { name: displayName(contact) })}
      className="flex flex-col items-end px-3 pt-2 two:px-4"
    >
      <div
        className={clsx(
          message.email ? letterClass(true) : bubbleClass(true, true, true),
          "border border-dashed border-outline bg-transparent!",
        )}
      >
        {message.email && (
          <p dir="auto" className="mb-1 start-aligned font-semibold wrap-anywhere">
            {message.email.subject}
          </p>
        )}
        <MediaList media={message.media} canWrite={writes} />
        <p dir="auto" className="user-text text-start">
          <BubbleText text={message.body} />
        </p>
      </div>
      <div className="mt-1 flex max-w-[min(34rem,85%)] flex-col items-end gap-1 text-end text-list">
        <p className={held ? "text-warning" : "text-ink-soft"}>
          <Icon aria-hidden className="me-1.5 inline size-4 align-text-bottom" />
          <span>
            <PendingTime
              message={message}
              name={contact.name}
              now={now}
              {...(recipient?.known && { zone: recipient.zone })}
            />
            {held && <HoldReason message={message} separated={leavesAt(message) !== undefined} />}
            {message.scheduled?.cancel_if_answered && ` · ${t("schedule.unlessAnswered")}`}
          </span>
        </p>
        {writes && <PendingActions message={message} name={contact.name} />}
      </div>
    </article>
  );
}
