import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import type { ConversationContact, Message } from "@/api/types";
import { exactTime } from "@/lib/time";
import { mayWrite, useUser } from "@/session/session";

import { BubbleText } from "./BubbleText";
import { MediaList } from "./MediaList";
import { ExtrasAbove, QuickReplies, TapMark } from "./MessageExtras";
import { MessageNotice } from "./MessageNotice";
import { MessageTime } from "./MessageTime";
import { useAuthor } from "./useAuthor";

type Props = { message: Message; contact: ConversationContact; opens: boolean; closes: boolean };

/** One message. The first and last of a turn round the bubble off; in between they close up. */
export function MessageBubble({ message, contact, opens, closes }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const out = message.direction === "outbound";
  const { author, other } = useAuthor(message, contact);
  return (
    <article
      aria-label={t("thread.messageOf", { author, time: exactTime(message.at) })}
      className={clsx(
        "flex flex-col px-3 two:px-4",
        out ? "items-end" : "items-start",
        opens ? "pt-2" : "pt-0.5",
      )}
    >
      {opens && other && (
        <p dir="auto" className="mb-0.5 px-1 text-meta text-ink-soft">
          {other}
        </p>
      )}
      <div
        className={clsx(
          bubbleClass(out, opens, closes),
          message.state === "canceled" && "border border-dashed bg-transparent! text-ink-soft!",
        )}
      >
        {message.details && <ExtrasAbove details={message.details} />}
        <MediaList media={message.media} canWrite={mayWrite(user)} />
        <p dir="auto" className="user-text text-start">
          <TapMark details={message.details} />
          {/* A place is told by its card. */}
          {!message.details?.location && <BubbleText text={message.body} />}
          <MessageTime message={message} className="relative top-1 float-right ms-3 mt-1" />
        </p>
      </div>
      {message.content && <QuickReplies content={message.content} />}
      <MessageNotice message={message} />
    </article>
  );
}

/** The side that a turn runs along is nearly straight; the others are round. */
export function bubbleClass(out: boolean, opens: boolean, closes: boolean): string {
  return clsx(
    "max-w-[min(34rem,85%)] rounded-bubble px-3 pt-1.5 pb-2 text-ink",
    out ? "bg-bubble-out" : "bg-bubble-in",
    out ? !opens && "rounded-tr-sm" : !opens && "rounded-tl-sm",
    out ? !closes && "rounded-br-sm" : !closes && "rounded-bl-sm",
  );
}
