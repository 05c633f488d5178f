import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { StepChart, type StepRow } from "@/operations/StepChart";
import { StepTable } from "@/operations/StepTable";
import { Choice } from "@/ui/Choice";
import { ErrorState } from "@/ui/ErrorState";
import { Section } from "@/ui/Section";

import { rateQuery, type RateSpan } from "./journal";

const spans: readonly RateSpan[] = ["hour", "day", "week"];

/** How many webhooks came and how many tries failed, on one time: a storm of either is seen at once. */
export function ErrorRate() {
  const { t } = useTranslation();
  const [span, setSpan] = useState<RateSpan>("day");
  const rate = useQuery(rateQuery(span));
  const rows: StepRow[] = [
    {
      key: "webhooks",
      name: t("failures.series.webhooks"),
      counts: rate.data?.items.map(({ webhooks }) => webhooks) ?? [],
      bar: "fill-accent",
      height: "h-14",
      least: 0.06,
    },
    {
      key: "errors",
      name: t("failures.series.errors"),
      counts: rate.data?.items.map(({ errors }) => errors) ?? [],
      bar: "fill-danger",
      height: "h-9",
      least: 0.1,
    },
  ];
  return (
    <Section
      title={t("failures.rate")}
      text={t(`failures.rateText.${span}`)}
      action={
        <Choice
          legend={t("operations.span")}
          hideLegend
          value={span}
          onChange={setSpan}
          options={spans.map((value) => ({ value, label: t(`failures.spans.${value}`) }))}
        />
      }
    >
      {rate.isError && !rate.data ? (
        <ErrorState error={rate.error} onRetry={() => void rate.refetch()} />
      ) : (
        <>
          <StepChart steps={rate.data} rows={rows} whole={t(`failures.inAll.${span}`)} />
          {rate.data && <StepTable steps={rate.data} rows={rows} />}
        </>
      )}
    </Section>
  );
}
