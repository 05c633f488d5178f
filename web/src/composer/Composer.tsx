import { clsx } from "clsx";
import { type ClipboardEvent, type KeyboardEvent, lazy, Suspense, useCallback, useId, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Conversation, Message } from "@/api/types";
import { useShortcut } from "@/keyboard/useShortcut";
import { displayName } from "@/lib/names";
import { PlanBar } from "@/schedule/PlanBar";
import { mayWrite, useUser } from "@/session/session";
import { usePreferences } from "@/settings/preferences";

import { AttachmentTray } from "./AttachmentTray";
import { ApprovedTemplates } from "./ApprovedTemplates";
import { ComposerFooter } from "./ComposerFooter";
import { ComposerNotices } from "./ComposerNotices";
import type { ScheduleControl } from "./SendButton";
import { withTemplate } from "./slash";
import { SubjectField } from "./SubjectField";
import { useAutosize } from "./useAutosize";
import { useComposer } from "./useComposer";
import { useTemplatePicker } from "./useTemplatePicker";
import { WayPicker } from "./WayPicker";

/** Loaded with the first slash. */
const TemplatePicker = lazy(async () => ({ default: (await import("./TemplatePicker")).TemplatePicker }));

type Props = {
  conversation: Conversation;
  lastMessage: Message | undefined;
  /** That of the last email, if there is one. */
  lastSubject?: string | undefined;
  onSent: () => void;
};

/** Where a reply is written. What cannot be sent says why here, before anyone clicks. */
export function Composer({ conversation, lastMessage, lastSubject, onSent }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const { sendKey } = usePreferences();
  const composer = useComposer(conversation, lastMessage, lastSubject);
  const field = useAutosize(composer.text);
  const picker = useTemplatePicker(composer.text);
  const listId = useId();
  const schedule = useRef<ScheduleControl>(null);
  const scheduleRef = useCallback((control: ScheduleControl | null) => {
    schedule.current = control;
  }, []);
  useShortcut("conversation.reply", () => field.current?.focus());

  const send = (): void => {
    if (composer.send()) onSent();
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || picker.handle(event)) return;
    if (event.key === "Escape") field.current?.blur();
    if (schedules(event)) {
      event.preventDefault();
      schedule.current?.open();
    } else if (sends(event, sendKey)) {
      event.preventDefault();
      send();
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = Array.from(event.clipboardData.files);
    if (files.length === 0) return;
    // Word processors put a picture of the text beside it; then it is the text that was meant.
    if (event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    composer.attach(files);
  };
  const { isEmail } = composer.subject;
  const closed = composer.blocked !== undefined && composer.blocked !== "tooLong";
  const label = t("composer.label", { name: displayName(conversation.contact) });
  return (
    <section aria-label={t("composer.region")} className="shrink-0 safe-bottom">
      <div className="px-3 pb-3 two:px-4 two:pb-4">
        <ComposerNotices composer={composer} contact={conversation.contact} />
        {!closed && picker.open && (
          <Suspense>
            <TemplatePicker
              id={listId}
              query={picker.query}
              contactId={conversation.contact.id}
              channel={composer.line?.channel}
              keysRef={picker.keysRef}
              onActive={picker.setActiveId}
              onClose={picker.close}
              onInsert={({ text, use }) => {
                const whole = withTemplate(composer.text, text);
                composer.write(whole);
                if (use && whole === text) composer.template.remember({ ...use, text: text.trim() });
                field.current?.focus();
              }}
            />
          </Suspense>
        )}
        {closed && composer.lines.length > 1 && mayWrite(user) && (
          <div className="flex flex-wrap items-center justify-between gap-2 rounded-lg border border-outline bg-raised p-1.5 ps-3">
            <WayPicker composer={composer} />
            {composer.line && (composer.blocked === "windowClosed" || composer.blocked === "neverWrote") && (
              <ApprovedTemplates conversationId={conversation.id} lineId={composer.line.id} />
            )}
          </div>
        )}
        {!closed && (
          <div className="rounded-lg border border-outline bg-raised focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
            {isEmail && <SubjectField composer={composer} />}
            <AttachmentTray composer={composer} />
            <textarea
              ref={field}
              rows={1}
              dir="auto"
              value={composer.text}
              aria-label={label}
              placeholder={t(isEmail ? "composer.email.placeholder" : "composer.placeholder")}
              aria-controls={picker.open ? listId : undefined}
              aria-activedescendant={picker.activeId}
              onChange={(event) => composer.write(event.target.value)}
              onKeyDown={onKeyDown}
              onPaste={onPaste}
              className={clsx(
                "block max-h-[40dvh] w-full resize-none rounded-t-lg bg-transparent px-3 pt-3 pb-1 field-text wrap-anywhere outline-none",
                isEmail ? "min-h-20 two:min-h-28" : "min-h-11",
              )}
            />
            {composer.plan && (
              <PlanBar plan={composer.plan} name={conversation.contact.name} onChange={composer.setPlan} />
            )}
            <ComposerFooter composer={composer} onSend={send} scheduleRef={scheduleRef} field={field} />
          </div>
        )}
      </div>
    </section>
  );
}

/** Cmd/Ctrl+Shift+Enter: the times for sending later. */
function schedules(event: KeyboardEvent): boolean {
  return event.key === "Enter" && event.shiftKey && !event.altKey && (event.metaKey || event.ctrlKey);
}

/** Cmd/Ctrl+Enter always sends; plain Enter only for those who chose it, Shift+Enter then breaks the line. */
function sends(event: KeyboardEvent, sendKey: "mod-enter" | "enter"): boolean {
  if (event.key !== "Enter" || event.altKey) return false;
  return event.metaKey || event.ctrlKey || (sendKey === "enter" && !event.shiftKey);
}
