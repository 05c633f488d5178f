import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Conversation, Message } from "@/api/types";
import { useShortcut } from "@/keyboard/useShortcut";
import { displayName } from "@/lib/names";
import { usePreferences } from "@/settings/preferences";

import { ComposerFooter } from "./ComposerFooter";
import { ComposerNotices } from "./ComposerNotices";
import { useAutosize } from "./useAutosize";
import { useComposer } from "./useComposer";

type Props = { conversation: Conversation; lastMessage: Message | undefined; onSent: () => void };

/** Where a reply is written. What cannot be sent says why here, before anyone clicks. */
export function Composer({ conversation, lastMessage, onSent }: Props) {
  const { t } = useTranslation();
  const { sendKey } = usePreferences();
  const composer = useComposer(conversation, lastMessage);
  const field = useAutosize(composer.text);
  useShortcut("conversation.reply", () => field.current?.focus());

  const send = (): void => {
    if (composer.send()) onSent();
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") field.current?.blur();
    if (!sends(event, sendKey)) return;
    event.preventDefault();
    send();
  };
  const closed = composer.blocked !== undefined && composer.blocked !== "tooLong";
  const label = t("composer.label", { name: displayName(conversation.contact) });
  return (
    <section aria-label={t("composer.region")} className="shrink-0 safe-bottom">
      <div className="px-3 pb-3 two:px-4 two:pb-4">
        <ComposerNotices composer={composer} contact={conversation.contact} />
        {!closed && (
          <div className="rounded-lg border border-outline bg-raised focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
            <textarea
              ref={field}
              rows={1}
              dir="auto"
              value={composer.text}
              aria-label={label}
              placeholder={t("composer.placeholder")}
              onChange={(event) => composer.write(event.target.value)}
              onKeyDown={onKeyDown}
              className="block max-h-[40dvh] min-h-11 w-full resize-none rounded-t-lg bg-transparent px-3 pt-3 pb-1 field-text wrap-anywhere outline-none"
            />
            <ComposerFooter composer={composer} onSend={send} />
          </div>
        )}
      </div>
    </section>
  );
}

/** Cmd/Ctrl+Enter always sends; plain Enter only for those who chose it, Shift+Enter then breaks the line. */
function sends(event: KeyboardEvent, sendKey: "mod-enter" | "enter"): boolean {
  if (event.key !== "Enter" || event.altKey) return false;
  return event.metaKey || event.ctrlKey || (sendKey === "enter" && !event.shiftKey);
}
