import { useQuery } from "@tanstack/react-query";
import { ChartNoAxesColumn } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Metric, TemplateResults, VariantResult } from "@/api/types";
import { Choice } from "@/ui/Choice";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { SelectField } from "@/ui/Field";

import { IntervalChart } from "./IntervalChart";
import { resultsQuery } from "./templates";

const metrics: readonly Metric[] = ["answered", "delivered", "opted_out"];
const spans = { week: 7, month: 30, all: null } as const;
type Span = keyof typeof spans;

/** What became of the messages: rates with how sure one can be of them, and the numbers behind. */
export function Results({ id, current }: { id: string; current: number }) {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>("month");
  const [version, setVersion] = useState<number | null>(null);
  const results = useQuery(resultsQuery(id, { days: spans[span], version }));
  if (results.isError) return <ErrorState error={results.error} onRetry={() => void results.refetch()} />;
  const sent = results.data?.variants.reduce((sum, variant) => sum + variant.sent, 0) ?? 0;
  return (
    <div className="grid max-w-3xl gap-8">
      <div className="flex flex-wrap items-end gap-4">
        <Choice
          legend={t("templates.period")}
          hideLegend
          value={span}
          onChange={setSpan}
          options={[
            { value: "week", label: t("templates.periods.week") },
            { value: "month", label: t("templates.periods.month") },
            { value: "all", label: t("templates.periods.all") },
          ]}
        />
        {current > 1 && (
          <SelectField
            label={t("templates.ofVersion")}
            value={version === null ? "" : String(version)}
            options={[
              { value: "", label: t("templates.allVersions") },
              ...downFrom(current).map((number) => ({
                value: String(number),
                label: t("templates.version", { version: number }),
              })),
            ]}
            onChange={(event) => setVersion(event.target.value ? Number(event.target.value) : null)}
          />
        )}
      </div>
      {!results.data && <div className="h-40 skeleton" />}
      {results.data && sent === 0 && (
        <EmptyState
          icon={ChartNoAxesColumn}
          title={t("templates.noResults")}
          text={t("templates.noResultsText")}
        />
      )}
      {results.data && sent > 0 && <Figures results={results.data} />}
    </div>
  );
}

/** The versions there have been, newest first. */
const downFrom = (current: number): number[] =>
  Array.from({ length: current }, (_, index) => current - index);

function Figures({ results: { variants, better } }: { results: TemplateResults }) {
  const { t } = useTranslation();
  return (
    <>
      {better && (
        <p>
          {t(better.confident ? "templates.better" : "templates.perhapsBetter", {
            variant: better.variant,
            metric: t(`templates.metrics.${better.metric}`),
          })}
        </p>
      )}
      {metrics.map((metric) => (
        <section key={metric} aria-label={t(`templates.metrics.${metric}`)}>
          <h3 className="mb-2 font-medium">{t(`templates.metrics.${metric}`)}</h3>
          <IntervalChart
            rows={variants.map((variant) => ({
              key: rowKey(variant),
              label: labelOf(variant),
              ...variant.rates[metric],
            }))}
          />
        </section>
      ))}
      <details>
        <summary className="text-list font-medium">{t("templates.numbers")}</summary>
        <div className="overflow-x-auto">
          <NumbersTable variants={variants} />
        </div>
      </details>
      <p className="text-meta text-ink-soft">{t("templates.intervalNote")}</p>
    </>
  );
}

const rowKey = ({ name, version }: VariantResult): string => `${name} ${version ?? ""}`;

const labelOf = ({ name, version }: VariantResult): string =>
  version == null ? name : `${name} (v${version})`;

const columns = ["sent", "delivered", "answered", "opted_out", "failed"] as const;

function NumbersTable({ variants }: { variants: VariantResult[] }) {
  const { t } = useTranslation();
  return (
    <table className="mt-2 w-full text-list tabular">
      <thead>
        <tr className="border-b text-meta text-ink-soft">
          <th scope="col" className="py-1 pe-4 text-start font-medium">
            {t("templates.variantName")}
          </th>
          {columns.map((column) => (
            <th key={column} scope="col" className="px-2 py-1 text-end font-medium">
              {t(`templates.numberColumns.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {variants.map((variant) => (
          <tr key={rowKey(variant)} className="border-b">
            <th scope="row" className="py-1.5 pe-4 text-start font-normal">
              {labelOf(variant)}
            </th>
            {columns.map((column) => (
              <td key={column} className="px-2 py-1.5 text-end">
                {variant[column].toLocaleString()}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
