import { memo } from "react";
import { useTranslation } from "react-i18next";

import type { Conversation } from "@/api/types";
import { dayLabel } from "@/lib/time";
import { useNow } from "@/lib/useNow";

import { EmailCard } from "./EmailCard";
import { MessageBubble } from "./MessageBubble";
import { OutgoingBubble } from "./OutgoingBubble";
import { PendingBubble } from "./PendingBubble";
import type { Row } from "./rows";

export const ThreadRow = memo(function ThreadRow({
  row,
  conversation,
}: {
  row: Row;
  conversation: Conversation;
}) {
  switch (row.kind) {
    case "day":
      return <DaySeparator day={row.day} />;
    case "unread":
      return <UnreadMark count={row.count} />;
    case "message":
      return row.message.email ? (
        <EmailCard
          message={row.message}
          email={row.message.email}
          contact={conversation.contact}
          subject={row.subject}
        />
      ) : (
        <MessageBubble
          message={row.message}
          contact={conversation.contact}
          opens={row.opens}
          closes={row.closes}
        />
      );
    case "outgoing":
      return <OutgoingBubble entry={row.entry} opens={row.opens} />;
    case "pending":
      return <PendingBubble message={row.message} contact={conversation.contact} />;
  }
});

function DaySeparator({ day }: { day: number }) {
  const now = useNow();
  return (
    <div className="pointer-events-none flex h-11 items-center justify-center">
      <time
        dateTime={new Date(day).toISOString()}
        className="rounded-full border bg-surface px-3 py-0.5 text-meta font-medium text-ink-soft"
      >
        {dayLabel(day, now)}
      </time>
    </div>
  );
}

function UnreadMark({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <div className="flex h-9 items-center gap-3 px-4 text-meta font-medium text-accent-text">
      <span aria-hidden className="h-px flex-1 bg-accent/40" />
      {t("thread.unreadFrom", { count })}
      <span aria-hidden className="h-px flex-1 bg-accent/40" />
    </div>
  );
}
