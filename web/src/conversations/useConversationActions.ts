import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Conversation } from "@/api/types";
import { errorText } from "@/api/errorText";
import { useShortcut } from "@/keyboard/useShortcut";
import { displayName } from "@/lib/names";
import { mayWrite, useUser } from "@/session/session";
import { preloadThread } from "@/thread/messages";
import { showToast } from "@/ui/toasts";

import type { List } from "./cache";
import { conversationKeys, knownConversation, useMarkUnread, useSetStatus } from "./conversations";
import type { Filter } from "./filter";
import { focusedRow, focusRow } from "./useListKeys";

/** What can be done with a conversation, from the thread, the list and the keyboard alike. */
export function useConversationActions(filter: Filter, openId: string | undefined) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const setStatus = useSetStatus();
  const markUnread = useMarkUnread();
  const complain = (error: Error): void => showToast(errorText(error, t));

  const go = (id: string | undefined): void => {
    if (id === undefined) void navigate({ to: "/inbox", search: (old) => old });
    else
      void navigate({ to: "/inbox/$conversationId", params: { conversationId: id }, search: (old) => old });
  };

  const toggleResolved = (conversation: Conversation): void => {
    const { id, status: before } = conversation;
    const status = before === "resolved" ? "open" : "resolved";
    const next = nextInList(client.getQueryData<List>(conversationKeys.list(filter)), id);
    setStatus.mutate({ id, status }, { onError: complain });
    const undo = (): void => setStatus.mutate({ id, status: before }, { onError: complain });
    showToast(t(`conversations.now.${status}`, { name: displayName(conversation.contact) }), {
      label: t("common.undo"),
      run: undo,
    });
    if (filter.status === "all") return;
    if (next) preloadThread(client, next);
    if (focusedRow() === id && next) focusRow(next);
    if (openId === id) go(next);
  };

  /** Leaves the conversation too: looking at it would make it read again. */
  const leaveUnread = (conversation: Conversation): void => {
    if (openId === conversation.id) {
      go(undefined);
      focusRow(conversation.id);
    }
    markUnread.mutate({ id: conversation.id }, { onError: complain });
  };

  return { toggleResolved, leaveUnread };
}

/** The row below, or above if it was the last one. */
function nextInList(list: List | undefined, id: string): string | undefined {
  const ids = list?.pages.flatMap((page) => page.items.map((item) => item.id)) ?? [];
  const at = ids.indexOf(id);
  return at < 0 ? undefined : (ids[at + 1] ?? ids[at - 1]);
}

/** e and u act on the focused row, else on the open conversation. */
export function useConversationKeys(filter: Filter, openId: string | undefined): void {
  const client = useQueryClient();
  const writes = mayWrite(useUser());
  const { toggleResolved, leaveUnread } = useConversationActions(filter, openId);
  const onTarget = (act: (conversation: Conversation) => void): boolean => {
    const id = focusedRow() ?? openId;
    const conversation = id && knownConversation(client, id);
    if (!conversation) return false;
    act(conversation);
    return true;
  };
  useShortcut("conversation.resolve", () => onTarget(toggleResolved), writes);
  useShortcut("conversation.unread", () => onTarget(leaveUnread), writes);
}
