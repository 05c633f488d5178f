import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CloudAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Queue } from "@/api/types";
import { secondTime } from "@/lib/time";
import { Button } from "@/ui/Button";

type Props = { queue: Queue | undefined; failing: boolean; onRetry: () => void };

/** The answer to "is everything all right?", and what is not. */
export function Status({ queue, failing, onRetry }: Props) {
  const { t } = useTranslation();
  if (!queue) {
    return (
      <div role="status" aria-label={t("common.loading")} className="mb-4 flex h-12 items-center">
        <div className="h-6 w-64 skeleton" />
      </div>
    );
  }
  const { alerts } = queue;
  return (
    <div className="mb-4">
      <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1">
        {/* Read out when it changes, not every few seconds. */}
        <p role="status" className="flex min-w-0 flex-1 items-center gap-3 text-touch font-semibold">
          {alerts.length === 0 ? (
            <CircleCheck aria-hidden className="size-6 shrink-0 text-success" />
          ) : (
            <CircleAlert aria-hidden className="size-6 shrink-0 text-warning" />
          )}
          {alerts.length === 0 ? t("operations.fine") : t("operations.alerts", { count: alerts.length })}
        </p>
        <Freshness at={queue.at} failing={failing} onRetry={onRetry} />
      </div>
      {alerts.length > 0 && (
        <ul
          aria-label={t("operations.alertList")}
          className="overflow-hidden rounded-lg bg-warning-soft text-warning"
        >
          {alerts.map(({ code, text }) => (
            <li
              key={`${code} ${text}`}
              className="border-b border-surface px-4 py-2 text-list last:border-b-0"
            >
              {text}{" "}
              {code === "failure_rate" && (
                <Link
                  to="/dead-letters"
                  search={{ group: "all" }}
                  className="rounded-sm underline underline-offset-2"
                >
                  {t("operations.seeFailed")}
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** When this was so; and when nothing newer comes, that it does not. */
function Freshness({ at, failing, onRetry }: { at: string; failing: boolean; onRetry: () => void }) {
  const { t } = useTranslation();
  const time = secondTime(at);
  if (!failing) {
    return (
      <p className="text-meta text-ink-soft tabular">
        {t("operations.asOf")} <time dateTime={at}>{time}</time>
      </p>
    );
  }
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 text-list text-danger">
      <span className="flex items-center gap-1.5">
        <CloudAlert aria-hidden className="size-4 shrink-0" />
        {t("operations.stale", { time })}
      </span>
      <Button onClick={onRetry}>{t("common.tryAgain")}</Button>
    </div>
  );
}
