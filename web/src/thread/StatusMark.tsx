import { clsx } from "clsx";
import {
  Ban,
  CalendarClock,
  Check,
  CheckCheck,
  CircleAlert,
  CircleHelp,
  CirclePause,
  Clock3,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import type { MessageState } from "@/api/types";

const marks: Record<Exclude<MessageState, "received">, { icon: LucideIcon; tone: string }> = {
  scheduled: { icon: CalendarClock, tone: "" },
  held: { icon: CirclePause, tone: "text-warning" },
  queued: { icon: Clock3, tone: "" },
  sending: { icon: Clock3, tone: "" },
  unknown: { icon: CircleHelp, tone: "text-warning" },
  sent: { icon: Check, tone: "" },
  delivered: { icon: CheckCheck, tone: "" },
  read: { icon: CheckCheck, tone: "text-accent-text" },
  undelivered: { icon: CircleAlert, tone: "text-danger" },
  failed: { icon: CircleAlert, tone: "text-danger" },
  canceled: { icon: Ban, tone: "" },
};

/** How far a message has come, as a small sign with a name. Incoming messages have none. */
export function StatusMark({ state }: { state: MessageState }) {
  const { t } = useTranslation();
  if (state === "received") return null;
  const { icon: Icon, tone } = marks[state];
  return (
    <span className={clsx("inline-flex shrink-0", tone)} title={t(`messageState.${state}`)}>
      <Icon aria-hidden className="size-3.5" strokeWidth={2.25} />
      <span className="sr-only">{t(`messageState.${state}`)}</span>
    </span>
  );
}
