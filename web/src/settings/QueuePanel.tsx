import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Line, Queue, QueueState } from "@/api/types";
import { Banner } from "@/ui/Banner";
import { ErrorState } from "@/ui/ErrorState";
import { RelativeTime } from "@/ui/Time";

import { queueQuery } from "./lines";
import { Section } from "./Section";

const states: readonly QueueState[] = ["queued", "sending", "unknown", "held", "scheduled"];

/** What waits to leave, how long it has waited, and what needs somebody. Asked again every few seconds. */
export function QueuePanel({ lines }: { lines: Line[] }) {
  const { t } = useTranslation();
  const queue = useQuery(queueQuery);
  return (
    <Section title={t("queue.title")} text={t("queue.text")}>
      {queue.isError && !queue.data && (
        <ErrorState error={queue.error} onRetry={() => void queue.refetch()} />
      )}
      {queue.isPending && <div role="status" aria-label={t("common.loading")} className="h-40 skeleton" />}
      {queue.data && <Figures queue={queue.data} lines={lines} />}
    </Section>
  );
}

function Figures({ queue, lines }: { queue: Queue; lines: Line[] }) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-6">
      {queue.alerts.length > 0 && (
        <div role="status" className="grid gap-2">
          {queue.alerts.map(({ code, text }) => (
            <Banner key={code} tone="warning" icon={TriangleAlert} className="rounded-md">
              {text}
            </Banner>
          ))}
        </div>
      )}
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-hairline two:grid-cols-4">
        {states.map((state) => (
          <Figure key={state} name={t(`messageState.${state}`)} value={queue.states[state]} />
        ))}
        <Figure name={t("queue.sentToday")} value={queue.sent_today} />
        <Figure name={t("queue.failed")} value={queue.failed_24h} />
        <Figure
          name={
            <Link to="/dead-letters" className="rounded-sm underline underline-offset-2">
              {t("nav.deadLetters")}
            </Link>
          }
          value={queue.dead_letters}
        />
      </dl>
      <Waiting
        title={t("queue.lanes")}
        rows={queue.lanes.map(({ lane, queued, oldest_at }) => ({
          key: lane,
          name: t(`queue.lane.${lane}`),
          queued,
          oldest: oldest_at,
        }))}
      />
      <Waiting
        title={t("settings.lines.title")}
        rows={queue.lines.map(({ line_id, queued, oldest_at }) => ({
          key: line_id,
          name: lines.find(({ id }) => id === line_id)?.name ?? t("queue.otherLine"),
          queued,
          oldest: oldest_at,
        }))}
      />
    </div>
  );
}

function Figure({ name, value }: { name: ReactNode; value: number }) {
  return (
    <div className="flex flex-col-reverse justify-end bg-surface px-3 py-2">
      <dt className="text-meta text-ink-soft">{name}</dt>
      <dd className="text-title font-semibold tabular">{value.toLocaleString()}</dd>
    </div>
  );
}

type WaitingRow = { key: string; name: string; queued: number; oldest: string | null | undefined };

function Waiting({ title, rows }: { title: string; rows: WaitingRow[] }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <table className="w-full text-list">
      <thead>
        <tr className="border-b text-meta text-ink-soft">
          <th scope="col" className="py-1 text-start font-medium">
            {title}
          </th>
          <th scope="col" className="py-1 text-end font-medium">
            {t("queue.waiting")}
          </th>
          <th scope="col" className="w-2/5 py-1 text-end font-medium">
            {t("queue.oldest")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, queued, oldest }) => (
          <tr key={key} className="border-b">
            <th scope="row" className="py-1.5 text-start font-normal">
              {name}
            </th>
            <td className="py-1.5 text-end tabular">{queued.toLocaleString()}</td>
            <td className="py-1.5 text-end text-ink-soft">
              {queued > 0 && oldest ? <RelativeTime at={oldest} /> : "–"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
