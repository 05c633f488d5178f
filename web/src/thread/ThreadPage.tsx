import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import type { Conversation as ConversationData } from "@/api/types";
import { Composer } from "@/composer/Composer";
import { DropZone } from "@/composer/DropZone";
import { ContactPanel } from "@/contacts/ContactPanel";
import { conversationQuery, knownConversation } from "@/conversations/conversations";
import { useShortcut } from "@/keyboard/useShortcut";
import { useThreePanes } from "@/lib/useMediaQuery";
import { ReviewNotice } from "@/reviews/ReviewNotice";
import { setPreference, usePreferences } from "@/settings/preferences";
import { ErrorState } from "@/ui/ErrorState";
import { Sheet } from "@/ui/Sheet";
import { useSheet } from "@/ui/useSheet";

import { inReadingOrder } from "./cache";
import { ConversationGone } from "./ConversationGone";
import { threadQuery } from "./messages";
import { Thread } from "./Thread";
import { ThreadHeader } from "./ThreadHeader";
import { HeaderSkeleton, ThreadSkeleton } from "./ThreadSkeleton";
import { useJumpToEnd } from "./useJumpToEnd";

const PersonaPanel = lazy(async () => ({
  default: (await import("@/personas/PersonaPanel")).PersonaPanel,
}));

/** One conversation: its thread, the composer, and beside them who it is with. */
export function ThreadPage() {
  const { conversationId } = useParams({ from: "/app/inbox/$conversationId" });
  return <Conversation key={conversationId} id={conversationId} />;
}

function Conversation({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const conversation = useQuery({
    ...conversationQuery(id),
    initialData: () => knownConversation(client, id),
  });
  const thread = useInfiniteQuery(threadQuery(id));
  const messages = useMemo(() => inReadingOrder(thread.data), [thread.data]);
  const jump = useJumpToEnd();
  const panel = usePanel();

  const missing = conversation.error ?? (thread.data ? null : thread.error);
  if (missing instanceof ApiError && missing.status === 404) return <ConversationGone />;
  return (
    <div className="flex h-full min-h-0">
      <DropZone conversationId={id}>
        {conversation.data ? (
          <ThreadHeader
            conversation={conversation.data}
            panelOpen={panel.open}
            onTogglePanel={panel.toggle}
          />
        ) : (
          <HeaderSkeleton />
        )}
        {missing && (
          <ErrorState
            error={missing}
            onRetry={() => {
              void conversation.refetch();
              void thread.refetch();
            }}
          />
        )}
        {!missing && (!thread.data || !conversation.data) && <ThreadSkeleton />}
        {thread.data && conversation.data && (
          <>
            <Thread
              conversation={conversation.data}
              messages={messages}
              jump={jump}
              hasOlder={thread.hasNextPage}
              isLoadingOlder={thread.isFetchingNextPage}
              onLoadOlder={() => void thread.fetchNextPage()}
            />
            <ReviewNotice conversationId={id} />
            <Composer
              conversation={conversation.data}
              lastMessage={messages.at(-1)}
              lastSubject={messages.findLast(({ email }) => email)?.email?.subject}
              onSent={jump.request}
            />
          </>
        )}
      </DropZone>
      {panel.beside && panel.open && conversation.data && (
        <aside aria-label={t("contacts.panel")} className="w-80 shrink-0 overflow-y-auto border-s bg-canvas">
          <ContactPanel contact={conversation.data.contact} onClose={panel.toggle}>
            <Personas conversation={conversation.data} />
          </ContactPanel>
        </aside>
      )}
      {!panel.beside && conversation.data && (
        <Sheet open={panel.open} onOpenChange={panel.toggle} title={t("contacts.panel")}>
          <ContactPanel contact={conversation.data.contact} onClose={panel.toggle}>
            <Personas conversation={conversation.data} />
          </ContactPanel>
        </Sheet>
      )}
    </div>
  );
}

/** Comes after the rest, like all in the panel that one does not read first. */
function Personas({ conversation }: { conversation: ConversationData }) {
  return (
    <Suspense>
      <PersonaPanel conversation={conversation} />
    </Suspense>
  );
}

/** Beside the thread the panel stays as it was left; over it, it opens when asked for. */
function usePanel() {
  const beside = useThreePanes();
  const { panelOpen } = usePreferences();
  const sheet = useSheet();
  const open = beside ? panelOpen : sheet.open;
  const toggle = (): void => {
    if (beside) setPreference("panelOpen", !panelOpen);
    else sheet.toggle();
  };
  useShortcut("conversation.panel", toggle);
  return { beside, open, toggle };
}
