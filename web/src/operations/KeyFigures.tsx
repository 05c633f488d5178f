import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Queue } from "@/api/types";
import { between, duration } from "@/lib/duration";
import { displayName } from "@/lib/names";
import { useInstallation } from "@/session/session";

import { historyQuery } from "./figures";
import { totalsOf } from "./history";

/** The six numbers that say most, each with the one fact that gives it its weight. */
export function KeyFigures({ queue }: { queue: Queue | undefined }) {
  const { t } = useTranslation();
  const hour = useQuery(historyQuery("hour")).data;
  const { pickup } = queue ?? {};
  return (
    <dl className="mb-10 grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-hairline two:grid-cols-3 three:grid-cols-6">
      <Figure
        name={t("operations.queued")}
        value={queue?.states.queued}
        note={
          queue?.oldest_at
            ? t("operations.oldest", { age: duration(between(queue.oldest_at, queue.at)) })
            : t("operations.nothingWaits")
        }
      />
      <Figure
        name={t("operations.rate")}
        value={queue?.sent_last_minute}
        note={hour && t("operations.lastHour", { sent: totalsOf(hour.items).sent.toLocaleString() })}
      />
      <Figure
        name={t("operations.pickup")}
        value={queue && (pickup ? duration(pickup.median_ms) : "–")}
        note={
          pickup
            ? t("operations.pickupMost", { time: duration(pickup.p95_ms) })
            : t("operations.pickupUnknown")
        }
      />
      <Figure
        name={t("operations.sentToday")}
        value={queue?.sent_today}
        note={t("operations.sinceMidnight")}
      />
      <Figure
        name={t("operations.failed")}
        value={queue?.failed_24h}
        note={queue && <DeadLetters count={queue.dead_letters} />}
      />
      <Figure
        name={t("operations.inDoubt")}
        value={queue?.states.unknown}
        note={queue && <OldestInDoubt queue={queue} />}
      />
    </dl>
  );
}

type FigureProps = { name: string; value: number | string | undefined; note: ReactNode };

/** As high while it loads as it will be. */
function Figure({ name, value, note }: FigureProps) {
  return (
    <div className="flex min-h-24 min-w-0 flex-col bg-surface px-3 py-2.5">
      <dt className="text-meta text-ink-soft">{name}</dt>
      {value === undefined ? (
        <dd aria-hidden className="mt-1.5 h-5 w-16 skeleton" />
      ) : (
        <>
          <dd className="text-title font-semibold tabular">
            {typeof value === "number" ? value.toLocaleString() : value}
          </dd>
          <dd className="min-w-0 text-meta text-ink-soft tabular">{note}</dd>
        </>
      )}
    </div>
  );
}

const linkClass = "rounded-sm text-accent-text underline underline-offset-2 pointer-coarse:py-1";

function DeadLetters({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return t("operations.noneOpen");
  return (
    <Link to="/dead-letters" search={{ group: "all" }} className={linkClass}>
      {t("operations.openLetters", { count })}
    </Link>
  );
}

function OldestInDoubt({ queue }: { queue: Queue }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const oldest = queue.oldest_in_doubt;
  if (!oldest) return t("operations.allKnown");
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: oldest.conversation_id }}
      hash={oldest.id}
      className={`${linkClass} line-clamp-2`}
    >
      {t("operations.oldestTo", {
        age: duration(between(oldest.at, queue.at)),
        name: displayName(oldest.contact, default_country),
      })}
    </Link>
  );
}
