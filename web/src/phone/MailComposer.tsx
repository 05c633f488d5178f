import { ArrowUp, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { longestSubject } from "@/lib/subject";

import { AttachFiles, ChosenFiles } from "./PhoneFiles";
import { PhoneTo } from "./PhoneTo";
import type { Mailbox, NewMail } from "./simulator";

type Props = {
  name: string;
  mailboxes: Mailbox[];
  /** That of the answer, when an email is answered. */
  subject: string | undefined;
  onForget: () => void;
  onSend: (mail: NewMail) => void;
};

/** A letter: whom to, what about, the words and what is attached. */
export function MailComposer({ name, mailboxes, subject, onForget, onSend }: Props) {
  const { t } = useTranslation();
  const [to, setTo] = useState(mailboxes[0]?.address ?? "");
  const [about, setAbout] = useState("");
  const [text, setText] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const isEmpty = !text.trim() && files.length === 0;
  const send = (): void => {
    if (isEmpty) return;
    onSend({ text: text.trim(), files, ...(subject === undefined && { to, subject: about.trim() }) });
    setAbout("");
    setText("");
    setFiles([]);
  };
  return (
    <form
      className="shrink-0 space-y-1.5 border-t bg-canvas p-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {subject === undefined && mailboxes.length > 1 && (
        <PhoneTo
          value={to}
          choices={mailboxes.map(({ address }) => ({ address, name: address }))}
          onChoose={setTo}
        />
      )}
      <div className="rounded-lg border border-outline bg-surface">
        {subject === undefined ? (
          <input
            dir="auto"
            value={about}
            onChange={(event) => setAbout(event.target.value)}
            aria-label={t("phone.mail.subject", { name })}
            placeholder={t("composer.email.subject")}
            maxLength={longestSubject}
            autoComplete="off"
            className="block min-h-9 w-full rounded-t-lg border-b bg-transparent px-3 field-text outline-none"
          />
        ) : (
          <p className="flex items-center gap-1 border-b ps-3 pe-1 text-list text-ink-soft">
            <span dir="auto" className="min-w-0 flex-1 truncate start-aligned">
              {subject}
            </span>
            <button
              type="button"
              aria-label={t("phone.forgetAnswer")}
              onClick={onForget}
              className="inline-flex size-8 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:size-9"
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </p>
        )}
        <textarea
          dir="auto"
          rows={3}
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={t("phone.mail.write", { name })}
          placeholder={t("phone.mail.placeholder")}
          className="block w-full resize-none bg-transparent px-3 pt-2 field-text outline-none"
        />
        <ChosenFiles files={files} onChange={setFiles} className="px-3" />
        <div className="flex items-center justify-between p-1">
          <AttachFiles files={files} onChange={setFiles} />
          <button
            type="submit"
            aria-label={t("phone.mail.send")}
            disabled={isEmpty}
            className="flex size-7 items-center justify-center rounded-full bg-accent text-on-accent disabled:opacity-40 pointer-coarse:size-9"
          >
            <ArrowUp aria-hidden className="size-4" />
          </button>
        </div>
      </div>
    </form>
  );
}
