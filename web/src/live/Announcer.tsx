import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { knownConversation } from "@/conversations/conversations";
import { displayName } from "@/lib/names";
import { type Store, useStore } from "@/lib/store";

/** Tells screen readers about each incoming message, once and politely. */
export function Announcer({ heard }: { heard: Store<Message | undefined> }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const message = useStore(heard);
  const contact = message && knownConversation(client, message.conversation_id)?.contact;
  return (
    <p aria-live="polite" className="sr-only">
      {message &&
        t("live.newMessage", { name: contact ? displayName(contact) : message.from, text: message.body })}
    </p>
  );
}
