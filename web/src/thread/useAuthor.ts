import { useTranslation } from "react-i18next";

import type { ConversationContact, Message } from "@/api/types";
import { displayName } from "@/lib/names";
import { useUser } from "@/session/session";

/** Who wrote a message, and the same again if it was somebody of ours but not the reader: that is worth saying. */
export function useAuthor(
  message: Message,
  contact: ConversationContact,
): { author: string; other?: string } {
  const { t } = useTranslation();
  const user = useUser();
  if (message.direction !== "outbound") return { author: displayName(contact) };
  const colleague = message.author && message.author.id !== user.id ? message.author.name : undefined;
  const other = message.persona ? t("thread.persona", { name: message.persona.name }) : colleague;
  return other ? { author: other, other } : { author: t("thread.you") };
}
