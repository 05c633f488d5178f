import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { linesQuery } from "@/settings/lines";
import { FilterSelect } from "@/ui/FilterSelect";
import { SearchField } from "@/ui/SearchField";

import { type JournalSearch, type Period, periods, progresses } from "./filter";
import { entryKind, entryKinds } from "./words";

type Props = { search: JournalSearch; onSearch: (search: JournalSearch) => void };

/** What is looked for, while one types, and among which webhooks. */
export function WebhookFilters({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const { data: lines = [] } = useQuery(linesQuery);
  const set = (change: { [K in keyof JournalSearch]?: JournalSearch[K] | "" | undefined }): void => {
    const next = { ...search, ...change };
    onSearch(Object.fromEntries(Object.entries(next).filter(([, value]) => value)));
  };
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-3">
      <div className="flex min-w-56 flex-1">
        <SearchField label={t("webhooks.search")} value={search.q ?? ""} onSearch={(q) => set({ q })} />
      </div>
      <div className="flex max-w-full gap-2 overflow-x-auto">
        <FilterSelect
          label={t("webhooks.states")}
          value={search.state ?? ""}
          onChange={(state) => set({ state })}
          options={[
            { value: "", label: t("webhooks.anyState") },
            ...progresses.map((value) => ({ value, label: t(`webhooks.state.${value}`) })),
          ]}
        />
        <FilterSelect
          label={t("webhooks.kinds")}
          value={search.kind ?? ""}
          onChange={(kind) => set({ kind })}
          options={[
            { value: "", label: t("webhooks.anyKind") },
            ...entryKinds.map((value) => ({ value, label: entryKind(t, value) })),
          ]}
        />
        {lines.length > 1 && (
          <FilterSelect
            label={t("webhooks.lines")}
            value={search.line ?? ""}
            onChange={(line) => set({ line })}
            options={[
              { value: "", label: t("webhooks.anyLine") },
              ...lines.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
        <PeriodSelect value={search.since} onChange={(since) => set({ since })} />
      </div>
    </div>
  );
}

type PeriodProps = {
  value: Exclude<Period, "any"> | undefined;
  onChange: (value: Exclude<Period, "any"> | undefined) => void;
};

/** How far back to look. */
export function PeriodSelect({ value, onChange }: PeriodProps) {
  const { t } = useTranslation();
  return (
    <FilterSelect<Period>
      label={t("webhooks.period")}
      value={value ?? "any"}
      onChange={(period) => onChange(period === "any" ? undefined : period)}
      options={periods.map((period) => ({ value: period, label: t(`webhooks.periods.${period}`) }))}
    />
  );
}
