import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CalendarClock } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { ListSkeleton } from "@/conversations/ListSkeleton";
import { Keys } from "@/keyboard/Keys";
import { shortcuts } from "@/keyboard/catalogue";
import { useShortcut } from "@/keyboard/useShortcut";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { SearchField } from "@/ui/SearchField";

import { scheduledQuery } from "./scheduled";
import { ScheduledList } from "./ScheduledList";

/** Everything that waits for its time, soonest first. */
export function ScheduledPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { q = "" } = useSearch({ from: "/app/scheduled" });
  const list = useInfiniteQuery(scheduledQuery({ q }));
  const search = useRef<HTMLInputElement>(null);
  useShortcut("list.search", () => search.current?.focus());
  const total = list.data?.pages.at(-1)?.total ?? 0;
  const empty = list.data && total === 0;
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <PageHeader title={t("nav.scheduled")}>
        {total > 0 && (
          <span className="text-list text-ink-soft tabular">{t("schedule.waiting", { count: total })}</span>
        )}
      </PageHeader>
      {(!empty || q) && (
        <div className="flex max-w-lg px-4 pb-3">
          <SearchField
            label={t("schedule.search")}
            value={q}
            fieldRef={search}
            onSearch={(next) => void navigate({ to: ".", search: { q: next || undefined }, replace: true })}
          />
        </div>
      )}
      {list.isPending && <ListSkeleton rowHeight={72} />}
      {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {empty &&
        (q ? <EmptyState icon={CalendarClock} title={t("schedule.noneFound")} /> : <NothingScheduled />)}
      {list.data && !empty && <ScheduledList list={list} />}
    </div>
  );
}

/** Says how something comes to stand here. */
function NothingScheduled() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={CalendarClock} title={t("schedule.none")} text={t("schedule.noneText")}>
      <span className="hidden text-list text-ink-soft pointer-fine:block">
        {t("schedule.noneKey")} <Keys keys={shortcuts["composer.schedule"].keys[0]} />
      </span>
    </EmptyState>
  );
}
