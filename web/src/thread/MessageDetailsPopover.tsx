import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { dayLabel, exactTime, startOfDay } from "@/lib/time";
import { useNow } from "@/lib/useNow";
import { holdText } from "@/schedule/words";
import { Popover } from "@/ui/Popover";
import type { TriggerProps } from "@/ui/useTrigger";

import { MessageFacts } from "./MessageFacts";
import { messageDetailsQuery } from "./messages";

type Props = { message: Message; trigger: (props: TriggerProps) => ReactNode };

/** What happened to a message, step by step, in plain words. */
export function MessageDetailsPopover({ message, trigger }: Props) {
  const { t } = useTranslation();
  return (
    <Popover trigger={trigger} label={t("thread.detailsTitle")}>
      <h3 className="font-semibold">{t(`messageState.${message.state}`)}</h3>
      <MessageFacts message={message} />
      {message.hold && <p className="mt-2 text-list text-warning">{holdText(t, message.hold)}</p>}
      <Timeline id={message.id} />
    </Popover>
  );
}

const stepTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** The day stands above the first step of each day, when they do not all happen on one: schedules take days. */
function newDay(steps: readonly { at: string }[], index: number): boolean {
  const dayOf = (at: number): number => startOfDay(Date.parse(steps[at]?.at ?? ""));
  const severalDays = dayOf(0) !== dayOf(steps.length - 1);
  return severalDays && (index === 0 || dayOf(index) !== dayOf(index - 1));
}

function Timeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, isError } = useQuery(messageDetailsQuery(id));
  const now = useNow();
  if (isError) return <p className="mt-3 text-list text-danger">{t("errors.couldNotLoad")}</p>;
  if (!data) return <div className="mt-4 h-16 skeleton" />;
  return (
    <ol aria-label={t("thread.timeline")} className="mt-4 border-t pt-3">
      {data.timeline.map((step, index) => (
        <li key={`${step.at} ${index}`} className="relative flex gap-3 pb-3 last:pb-0">
          <span aria-hidden className="relative mt-1.5 size-2 shrink-0 rounded-full bg-accent">
            {index < data.timeline.length - 1 && (
              <span className="absolute start-1/2 top-2 h-10 w-px -translate-x-1/2 bg-hairline" />
            )}
          </span>
          <div className="min-w-0 flex-1 text-list">
            {newDay(data.timeline, index) && (
              <p className="text-meta font-medium text-ink-soft">{dayLabel(Date.parse(step.at), now)}</p>
            )}
            <p className="wrap-anywhere">{step.text}</p>
            {step.detail && <p className="text-meta wrap-anywhere text-ink-soft">{step.detail}</p>}
          </div>
          <time
            dateTime={step.at}
            title={exactTime(step.at)}
            className="shrink-0 text-meta text-ink-faint tabular"
          >
            {stepTime.format(Date.parse(step.at))}
          </time>
        </li>
      ))}
    </ol>
  );
}
