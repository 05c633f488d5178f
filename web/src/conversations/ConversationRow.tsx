import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import type { Conversation } from "@/api/types";
import { displayName } from "@/lib/names";
import { useInstallation } from "@/session/session";
import { preloadThread } from "@/thread/messages";
import { StatusMark } from "@/thread/StatusMark";
import { Avatar } from "@/ui/Avatar";
import { ListTime } from "@/ui/Time";

type Props = { conversation: Conversation; isOpen: boolean; isTabStop: boolean; compact: boolean };

/** One conversation in the list: who, when, what was said last, what is unread. */
export const ConversationRow = memo(function ConversationRow({
  conversation,
  isOpen,
  isTabStop,
  compact,
}: Props) {
  const client = useQueryClient();
  const preload = (): void => preloadThread(client, conversation.id);
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: conversation.id }}
      search={(old) => old}
      data-row={conversation.id}
      tabIndex={isTabStop ? 0 : -1}
      aria-current={isOpen ? "true" : undefined}
      onPointerEnter={preload}
      onFocus={preload}
      className={clsx(
        "group flex h-full items-center gap-3 px-3 -outline-offset-2 transition-colors",
        isOpen ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <Avatar
        id={conversation.contact.id}
        name={conversation.contact.name}
        size={compact ? "small" : "medium"}
      />
      <div className="flex h-full min-w-0 flex-1 items-center gap-3 border-b group-aria-[current]:border-transparent">
        {compact ? (
          <>
            <Name conversation={conversation} className="w-1/3 shrink-0" />
            <Preview conversation={conversation} />
            <When conversation={conversation} />
          </>
        ) : (
          <div className="min-w-0 flex-1 space-y-0.5">
            <div className="flex items-baseline gap-2">
              <Name conversation={conversation} className="min-w-0 flex-1" />
              <When conversation={conversation} />
            </div>
            <Preview conversation={conversation} />
          </div>
        )}
      </div>
    </Link>
  );
});

type PartProps = { conversation: Conversation };

function Name({ conversation, className }: PartProps & { className: string }) {
  const { default_country } = useInstallation();
  const weight = conversation.unread_count > 0 ? "font-semibold" : "font-medium";
  return (
    <span dir="auto" className={clsx("truncate start-aligned text-list", weight, className)}>
      {displayName(conversation.contact, default_country)}
    </span>
  );
}

function When({ conversation }: PartProps) {
  return (
    <span
      className={clsx("text-meta", conversation.unread_count > 0 ? "text-accent-text" : "text-ink-faint")}
    >
      <ListTime at={conversation.last_activity_at} />
    </span>
  );
}

function Preview({ conversation }: PartProps) {
  const { t } = useTranslation();
  const { last_message: last, unread_count: unread } = conversation;
  return (
    <div className="flex h-5 min-w-0 flex-1 items-center gap-1 text-list">
      {last?.direction === "outbound" && (
        <span className="inline-flex text-ink-faint">
          <StatusMark state={last.state} />
        </span>
      )}
      <span
        dir="auto"
        className={clsx("min-w-0 flex-1 truncate start-aligned", unread > 0 ? "text-ink" : "text-ink-soft")}
      >
        {last ? last.preview || t("conversations.attachment") : t("conversations.noMessages")}
      </span>
      {unread > 0 && (
        <span className="ms-1 inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-accent px-1.5 text-meta font-semibold text-on-accent tabular">
          <span aria-hidden>{unread > 99 ? "99+" : unread}</span>
          <span className="sr-only">{t("conversations.unread", { count: unread })}</span>
        </span>
      )}
    </div>
  );
}
