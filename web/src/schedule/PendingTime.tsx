import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { exactTime } from "@/lib/time";

import { leavesAt, zoneOf } from "./pending";
import { holdText, timeLine } from "./words";

type Props = {
  message: Message;
  name: string | null | undefined;
  now: number;
  /** The recipient's, for a time that was not meant in any zone: the end of their night. */
  zone?: string;
};

/** When a waiting message leaves, on their clock and on the reader's where the two differ. */
export function PendingTime({ message, name, now, zone }: Props) {
  const { t } = useTranslation();
  const time = leavesAt(message);
  if (time === undefined) return null;
  const at = new Date(time).toISOString();
  const line = timeLine(t, time, zoneOf(message) ?? zone, name, now);
  return (
    <time dateTime={at} title={exactTime(at)} className="tabular">
      {message.state === "held" ? t("schedule.heldUntil", { time: line }) : line}
    </time>
  );
}

/** What holds it, in words. */
export function HoldReason({ message, separated }: { message: Message; separated: boolean }) {
  const { t } = useTranslation();
  const reason = message.hold ? holdText(t, message.hold) : (message.error?.text ?? t("thread.held"));
  return separated ? ` · ${reason}` : reason;
}
