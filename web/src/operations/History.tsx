import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { HistorySpan } from "@/api/types";
import { Choice } from "@/ui/Choice";
import { ErrorState } from "@/ui/ErrorState";
import { Section } from "@/ui/Section";

import { historyQuery } from "./figures";
import { series, totalsOf } from "./history";
import { HistoryChart, HistoryTable } from "./HistoryChart";

/** What left, failed and came into doubt, step by step; from the server, so that it is there after a reload. */
export function History() {
  const { t } = useTranslation();
  const [span, setSpan] = useState<HistorySpan>("hour");
  const history = useQuery(historyQuery(span));
  const totals = history.data && totalsOf(history.data.items);
  const empty = totals && series.every((name) => totals[name] === 0);
  return (
    <Section
      title={t("operations.history")}
      text={t(`operations.historyText.${span}`)}
      action={
        <Choice
          legend={t("operations.span")}
          hideLegend
          value={span}
          onChange={setSpan}
          options={[
            { value: "hour", label: t("operations.spans.hour") },
            { value: "day", label: t("operations.spans.day") },
          ]}
        />
      }
    >
      {history.isError && !history.data ? (
        <ErrorState error={history.error} onRetry={() => void history.refetch()} />
      ) : (
        <>
          <div className="relative">
            <HistoryChart history={history.data} span={span} />
            {empty && <NothingLeft />}
          </div>
          {history.data && <HistoryTable history={history.data} />}
        </>
      )}
    </Section>
  );
}

/** Stands over the empty picture, so that nothing moves when the first message leaves. */
function NothingLeft() {
  const { t } = useTranslation();
  return (
    <div className="absolute inset-x-0 top-8 mx-auto w-fit max-w-sm rounded-lg bg-surface px-4 py-2 text-center text-list text-balance text-ink-soft">
      {t("operations.nothingLeft")}{" "}
      <Link to="/inbox" className="rounded-sm text-accent-text underline underline-offset-2">
        {t("operations.toInbox")}
      </Link>
    </div>
  );
}
