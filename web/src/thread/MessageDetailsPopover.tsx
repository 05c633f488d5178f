import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { formatPhone } from "@/lib/phone";
import { exactTime } from "@/lib/time";
import { useInstallation } from "@/session/session";
import { Popover } from "@/ui/Popover";
import type { TriggerProps } from "@/ui/useTrigger";

import { messageDetailsQuery } from "./messages";

type Props = { message: Message; trigger: (props: TriggerProps) => ReactNode };

/** What happened to a message, step by step, in plain words. */
export function MessageDetailsPopover({ message, trigger }: Props) {
  const { t } = useTranslation();
  return (
    <Popover trigger={trigger} label={t("thread.detailsTitle")}>
      <h3 className="font-semibold">{t(`messageState.${message.state}`)}</h3>
      <Facts message={message} />
      <Timeline id={message.id} />
    </Popover>
  );
}

function Facts({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const facts: [string, string | null | undefined][] = [
    [t("thread.facts.from"), formatPhone(message.from, default_country)],
    [t("thread.facts.to"), formatPhone(message.to, default_country)],
    [t("thread.facts.author"), message.author?.name],
    [t("thread.facts.segments"), message.segments?.toLocaleString()],
    [t("thread.facts.providerId"), message.provider_message_id],
  ];
  return (
    <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-list">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name} className="contents">
              <dt className="text-ink-soft">{name}</dt>
              <dd className="min-w-0 text-end wrap-anywhere tabular">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

const stepTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

function Timeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, isError } = useQuery(messageDetailsQuery(id));
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
