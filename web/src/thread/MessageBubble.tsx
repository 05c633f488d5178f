import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import type { ConversationContact, Message } from "@/api/types";
import { displayName } from "@/lib/names";
import { clockTime, exactTime } from "@/lib/time";
import { mayWrite, useUser } from "@/session/session";
import { ChannelSign } from "@/ui/ChannelSign";

import { BubbleText } from "./BubbleText";
import { MediaList } from "./MediaList";
import { MessageDetailsPopover } from "./MessageDetailsPopover";
import { ExtrasAbove, QuickReplies, TapMark } from "./MessageExtras";
import { MessageNotice } from "./MessageNotice";
import { StatusMark } from "./StatusMark";

type Props = { message: Message; contact: ConversationContact; opens: boolean; closes: boolean };

/** One message. The first and last of a turn round the bubble off; in between they close up. */
export function MessageBubble({ message, contact, opens, closes }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const out = message.direction === "outbound";
  const colleague = out && message.author && message.author.id !== user.id ? message.author.name : undefined;
  const other = message.persona ? t("thread.persona", { name: message.persona.name }) : colleague;
  const author = out ? (other ?? t("thread.you")) : displayName(contact);
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
          <MessageDetailsPopover
            message={message}
            trigger={(props) => (
              <button
                {...props}
                type="button"
                dir="ltr"
                aria-label={t("thread.details", {
                  state: t(`messageState.${message.state}`),
                  time: clockTime(message.at),
                })}
                className="relative top-1 float-right ms-3 mt-1 inline-flex items-center gap-1 rounded-sm text-meta whitespace-nowrap text-ink-faint tabular hover:text-ink"
              >
                {message.channel !== "sms" && <ChannelSign channel={message.channel} />}
                {clockTime(message.at)}
                <StatusMark state={message.state} />
              </button>
            )}
          />
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
