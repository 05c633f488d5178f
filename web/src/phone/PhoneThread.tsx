import { clsx } from "clsx";
import { MapPin, Reply } from "lucide-react";
import { useTranslation } from "react-i18next";

import { clockTime } from "@/lib/time";

import { PhoneLog } from "./PhoneLog";
import { phoneFile, type PhoneMessage, type QuickReply, type Sender } from "./simulator";
import { useTyping } from "./useTyping";

type Props = {
  messages: PhoneMessage[] | undefined;
  senders: Sender[];
  /** The message that the next one will answer. */
  answered: string | undefined;
  /** Where messages can be answered one by one. */
  onAnswer: ((sid: string) => void) | undefined;
  onTap: (message: PhoneMessage, reply: QuickReply) => void;
};

/** The customer's view: their texts at the end side, the business's at the start. */
export function PhoneThread({ messages, senders, answered, onAnswer, onTap }: Props) {
  const { t } = useTranslation();
  const isTyping = useTyping(messages ?? []);
  const count = messages && messages.length + Number(isTyping);
  return (
    <PhoneLog label={t("phone.messages")} count={count} empty={t("phone.empty")}>
      {messages?.map((message) => (
        <PhoneBubble
          key={message.sid}
          message={message}
          quoted={messages.find(({ sid }) => sid === message.reply_to)}
          senders={senders}
          isAnswered={message.sid === answered}
          onAnswer={onAnswer}
          onTap={(reply) => onTap(message, reply)}
        />
      ))}
      {isTyping && (
        <p className="animate-pulse self-start rounded-bubble bg-bubble-in px-3 py-1.5 text-list text-ink-soft motion-reduce:animate-none">
          {t("phone.typing")}
        </p>
      )}
    </PhoneLog>
  );
}

type BubbleProps = {
  message: PhoneMessage;
  quoted: PhoneMessage | undefined;
  senders: Sender[];
  isAnswered: boolean;
  onAnswer: ((sid: string) => void) | undefined;
  onTap: (reply: QuickReply) => void;
};

function PhoneBubble({ message, quoted, senders, isAnswered, onAnswer, onTap }: BubbleProps) {
  const { t } = useTranslation();
  const own = message.direction === "from_phone";
  const business = own ? message.to : message.from;
  const line = senders.length > 1 ? senders.find(({ number }) => number === business)?.name : undefined;
  return (
    <div className={clsx("group flex max-w-[85%] flex-col gap-1", own ? "self-end" : "self-start")}>
      <div
        className={clsx(
          "rounded-bubble px-3 py-1.5",
          own ? "bg-accent text-on-accent" : "bg-bubble-in",
          isAnswered && "outline-2 outline-accent",
        )}
      >
        {quoted && (
          <p
            dir="auto"
            className="user-text mb-1 line-clamp-2 border-s-2 ps-2 text-start text-meta opacity-85"
          >
            {quoted.body}
          </p>
        )}
        {message.location && (
          <p className="flex items-center gap-1 text-list font-medium">
            <MapPin aria-hidden className="size-4 shrink-0" />
            {message.location.label ?? t("thread.location")}
          </p>
        )}
        {message.media.map((url) => (
          <PhoneMedia key={url} url={url} />
        ))}
        {message.body && (
          <p dir="auto" className="user-text text-start">
            {message.body}
          </p>
        )}
        <p
          className={clsx(
            "flex items-center justify-end gap-1 text-end text-meta tabular",
            own ? "opacity-85" : "text-ink-faint",
          )}
        >
          {line && `${line} · `}
          {clockTime(message.at)}
          {!own && onAnswer && (
            <button
              type="button"
              aria-label={t("phone.answer")}
              onClick={() => onAnswer(message.sid)}
              className="-my-1 -me-1 inline-flex size-6 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:size-9"
            >
              <Reply aria-hidden className="size-3.5" />
            </button>
          )}
        </p>
      </div>
      {!own && message.buttons && message.buttons.length > 0 && (
        <div className="flex flex-col gap-1">
          {message.buttons.map((reply) => (
            <button
              key={reply.title}
              type="button"
              onClick={() => onTap(reply)}
              className="min-h-8 rounded-md bg-bubble-in px-3 text-center text-list font-medium text-accent-text hover:bg-hover pointer-coarse:min-h-10"
            >
              {reply.title}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** A square for each picture, whatever its shape, so that the phone's thread stays where it is. */
function PhoneMedia({ url }: { url: string }) {
  const { t } = useTranslation();
  const file = phoneFile(url);
  if (!file) return <p className="text-meta italic">{t("phone.fetching")}</p>;
  const { src, kind } = file;
  if (kind === "image")
    return (
      <img src={src} alt={t("phone.picture")} className="my-1 size-44 max-w-full rounded-md object-cover" />
    );
  /* eslint-disable jsx-a11y/media-has-caption -- Captions are not in what people send each other. */
  if (kind === "audio") return <audio controls src={src} className="my-1 h-10 w-52 max-w-full" />;
  if (kind === "video") return <video controls src={src} className="my-1 aspect-video w-52 rounded-md" />;
  /* eslint-enable jsx-a11y/media-has-caption */
  return (
    <a href={src} download className="my-1 block underline underline-offset-2">
      {t("phone.file")}
    </a>
  );
}
