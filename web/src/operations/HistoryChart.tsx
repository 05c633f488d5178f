import { useTranslation } from "react-i18next";

import type { HistorySpan, QueueHistory } from "@/api/types";

import { type Series, series } from "./history";
import { StepChart, type StepRow } from "./StepChart";
import { StepTable } from "./StepTable";

/** Each series has a place, a name and a number of its own, so that its colour only has to please. */
const looks: Record<Series, Pick<StepRow, "bar" | "height" | "least">> = {
  sent: { bar: "fill-accent", height: "h-28", least: 0.03 },
  failed: { bar: "fill-danger", height: "h-9", least: 0.1 },
  in_doubt: { bar: "fill-warning", height: "h-9", least: 0.1 },
};

function useRows(history: QueueHistory | undefined): StepRow[] {
  const { t } = useTranslation();
  return series.map((name) => ({
    key: name,
    name: t(`operations.series.${name}`),
    counts: history?.items.map((step) => step[name]) ?? [],
    ...looks[name],
  }));
}

/** What left, failed and came into doubt. */
export function HistoryChart({ history, span }: { history: QueueHistory | undefined; span: HistorySpan }) {
  const { t } = useTranslation();
  return <StepChart steps={history} rows={useRows(history)} whole={t(`operations.inAll.${span}`)} />;
}

export function HistoryTable({ history }: { history: QueueHistory }) {
  return <StepTable steps={history} rows={useRows(history)} />;
}
