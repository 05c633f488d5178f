import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Paperclip, Reply } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { replySubject } from "@/lib/subject";
import { clockTime } from "@/lib/time";
import { showToast } from "@/ui/toasts";

import { mailAddress, mailSender, ownWords, senderName } from "./mailAddress";
import { MailComposer } from "./MailComposer";
import { PhoneLog } from "./PhoneLog";
import { type Mail, type Mailbox, mailsQuery, type Phone, useSendMail } from "./simulator";

type Props = { phone: Phone; mailboxes: Mailbox[] };

/** A small mail program: what came and went, and a letter to write or to answer. */
export function MailApp({ phone, mailboxes }: Props) {
  const { t } = useTranslation();
  const address = mailAddress(phone);
  const { data: mails } = useQuery(mailsQuery(address));
  const send = useSendMail(mailSender(phone), address);
  const [answeredId, setAnswered] = useState<string>();
  const answered = mails?.find(({ id }) => id === answeredId);
  return (
    <>
      <MailList mails={mails} answeredId={answeredId} onAnswer={setAnswered} />
      <MailComposer
        key={answeredId}
        name={phone.name}
        mailboxes={mailboxes}
        subject={answered && replySubject(answered.subject)}
        onForget={() => setAnswered(undefined)}
        onSend={(mail) => {
          send.mutate(answered ? { ...mail, answers: answered.id } : mail, {
            onError: (error) => showToast(errorText(error, t)),
          });
          setAnswered(undefined);
        }}
      />
    </>
  );
}

type ListProps = {
  mails: Mail[] | undefined;
  answeredId: string | undefined;
  onAnswer: (id: string) => void;
};

function MailList({ mails, answeredId, onAnswer }: ListProps) {
  const { t } = useTranslation();
  return (
    <PhoneLog label={t("phone.mail.list")} count={mails?.length} empty={t("phone.mail.empty")}>
      {mails?.map((mail) => (
        <Letter
          key={mail.id}
          mail={mail}
          isAnswered={mail.id === answeredId}
          onAnswer={() => onAnswer(mail.id)}
        />
      ))}
    </PhoneLog>
  );
}

type LetterProps = { mail: Mail; isAnswered: boolean; onAnswer: () => void };

function Letter({ mail, isAnswered, onAnswer }: LetterProps) {
  const { t } = useTranslation();
  const { received, subject, text, files, at } = mail;
  return (
    <article
      className={clsx(
        "rounded-md border p-3",
        received ? "bg-bubble-in" : "bg-surface",
        isAnswered && "outline-2 outline-accent",
      )}
    >
      <header className="flex items-baseline gap-2">
        <h3 dir="auto" className="min-w-0 flex-1 start-aligned text-list font-semibold wrap-anywhere">
          {subject || t("thread.email.noSubject")}
        </h3>
        <span className="shrink-0 text-meta text-ink-faint tabular">{clockTime(at)}</span>
      </header>
      <p className="truncate text-meta text-ink-soft">
        {received ? t("phone.mail.from", { from: senderName(mail.from) }) : t("phone.mail.sent")}
      </p>
      <p dir="auto" className="user-text mt-2 text-start text-list">
        {received ? text : ownWords(text ?? "")}
      </p>
      {files.map((file) => (
        <p key={file} className="mt-1 flex items-center gap-1.5 text-meta text-ink-soft">
          <Paperclip aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate">{file}</span>
        </p>
      ))}
      {received && (
        <button
          type="button"
          onClick={onAnswer}
          className="mt-2 inline-flex min-h-7 items-center gap-1.5 rounded-sm text-meta font-medium text-accent-text pointer-coarse:min-h-10"
        >
          <Reply aria-hidden className="size-3.5" />
          {t("phone.mail.answer")}
        </button>
      )}
    </article>
  );
}
