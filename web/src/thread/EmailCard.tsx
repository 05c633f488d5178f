import { clsx } from "clsx";
import { Bot, LayoutTemplate, Mail } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ConversationContact, Message, MessageEmail } from "@/api/types";
import { exactTime } from "@/lib/time";
import { mayWrite, useUser } from "@/session/session";

import { LetterText } from "./LetterText";
import { MediaList } from "./MediaList";
import { MessageNotice } from "./MessageNotice";
import { MessageTime } from "./MessageTime";
import { quietAction, QuotedHistory } from "./QuotedHistory";
import { useAuthor } from "./useAuthor";

/** Only looked at by those who want to see the layout. */
const EmailLayout = lazy(async () => ({ default: (await import("./EmailLayout")).EmailLayout }));

type Props = {
  message: Message;
  email: MessageEmail;
  contact: ConversationContact;
  /** Said above it where it changes. */
  subject: string | undefined;
};

/** An email: a letter over the width of the thread, not something said in passing. */
export function EmailCard({ message, email, contact, subject }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const out = message.direction === "outbound";
  const { author } = useAuthor(message, contact);
  const canceled = message.state === "canceled";
  return (
    <article
      aria-label={t("thread.email.of", { author, time: exactTime(message.at) })}
      className={clsx("flex flex-col px-3 pt-3 two:px-4", out ? "items-end" : "items-start")}
    >
      {subject !== undefined && <Subject text={subject} />}
      <div
        className={clsx(letterClass(out), canceled && "border border-dashed bg-transparent! text-ink-soft!")}
      >
        <header className="flex flex-wrap items-start gap-x-3">
          <p dir="auto" className="min-w-0 flex-1 start-aligned text-list font-semibold wrap-anywhere">
            {author}
          </p>
          <p className="order-last w-full text-meta wrap-anywhere text-ink-soft">
            {out ? t("thread.email.to", { address: message.to }) : message.from}
          </p>
          <MessageTime message={message} named className="mt-0.5 shrink-0" />
        </header>
        {email.automatic && (
          <p className="mt-1.5 flex w-fit items-center gap-1.5 text-meta text-ink-soft">
            <Bot aria-hidden className="size-3.5 shrink-0" />
            {t(out ? "thread.email.automaticOut" : "thread.email.automatic")}
          </p>
        )}
        <LetterText text={message.body} />
        {message.media.length > 0 && (
          <div className="mt-2">
            <MediaList media={message.media} canWrite={mayWrite(user)} />
          </div>
        )}
        <Below message={message} email={email} />
      </div>
      <MessageNotice message={message} />
    </article>
  );
}

export function letterClass(out: boolean): string {
  return clsx(
    "w-full max-w-[44rem] rounded-lg px-4 py-3 text-ink",
    out ? "bg-bubble-out two:w-[calc(100%-2rem)]" : "bg-bubble-in two:w-[calc(100%-2rem)]",
  );
}

/** What several emails are about, once. */
export function Subject({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <h3 className="mt-1 mb-2 flex w-full items-start gap-2 font-semibold">
      <Mail aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-soft" />
      <span className="sr-only">{t("thread.email.subject")}</span>
      <span dir="auto" className={clsx("min-w-0 wrap-anywhere", !text.trim() && "font-normal text-ink-soft")}>
        {text.trim() || t("thread.email.noSubject")}
      </span>
    </h3>
  );
}

/** What is not shown before somebody asks: what the email repeats, and its layout. */
function Below({ message, email }: { message: Message; email: MessageEmail }) {
  const { t } = useTranslation();
  const [layoutOpen, setLayoutOpen] = useState(false);
  if (!email.has_quoted && !email.has_html) return null;
  return (
    <div className="mt-2 -mb-1 flex flex-wrap gap-x-4">
      {email.has_html && (
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => setLayoutOpen(true)}
          className={quietAction}
        >
          <LayoutTemplate aria-hidden className="size-3.5" />
          {t("thread.email.layout")}
        </button>
      )}
      {email.has_quoted && <QuotedHistory id={message.id} />}
      {layoutOpen && (
        <Suspense>
          <EmailLayout message={message} subject={email.subject} onClose={() => setLayoutOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
