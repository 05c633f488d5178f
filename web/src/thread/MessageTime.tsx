import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { clockTime } from "@/lib/time";
import { ChannelSign } from "@/ui/ChannelSign";

import { MessageDetailsPopover } from "./MessageDetailsPopover";
import { StatusMark } from "./StatusMark";

type Props = {
  message: Message;
  /** The state stands there in words too. */
  named?: boolean;
  className?: string;
};

/** When it was, by which channel, how far it has come; opens what is known about it. */
export function MessageTime({ message, named = false, className }: Props) {
  const { t } = useTranslation();
  const state = t(`messageState.${message.state}`);
  return (
    <MessageDetailsPopover
      message={message}
      trigger={(props) => (
        <button
          {...props}
          type="button"
          dir="ltr"
          aria-label={t("thread.details", { state, time: clockTime(message.at) })}
          className={`inline-flex items-center gap-1 rounded-sm text-meta whitespace-nowrap text-ink-faint tabular hover:text-ink ${className ?? ""}`}
        >
          {message.channel !== "sms" && <ChannelSign channel={message.channel} />}
          {clockTime(message.at)}
          {named && message.direction === "outbound" && <span>{state}</span>}
          <StatusMark state={message.state} />
        </button>
      )}
    />
  );
}
