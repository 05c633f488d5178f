import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleCheck, SearchX, X } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { ListSkeleton } from "@/conversations/ListSkeleton";
import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { FilterSelect } from "@/ui/FilterSelect";
import { SearchField } from "@/ui/SearchField";

import { EndOfLook } from "./EndOfLook";
import { ErrorRate } from "./ErrorRate";
import { Failure } from "./Failure";
import { type FailureSearch, isFiltered } from "./filter";
import { failuresQuery } from "./journal";
import { PeriodSelect } from "./WebhookFilters";
import { jobKind, jobKinds } from "./words";

/** What went wrong in the background: how often, and each with its causes. */
export function ErrorsPage() {
  const search = useSearch({ from: "/app/operations/errors" });
  const navigate = useNavigate();
  return (
    <Failures
      search={search}
      onSearch={(next) => void navigate({ to: "/operations/errors", search: next, replace: true })}
    />
  );
}

type Props = { search: FailureSearch; onSearch: (search: FailureSearch) => void };

export function Failures({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(failuresQuery(search));
  const failures = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const lookedBackTo = list.data?.pages.at(-1)?.looked_back_to;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="max-w-6xl px-4 pt-2">
        <ErrorRate />
      </div>
      <div className="max-w-6xl pb-6">
        <h2 className="px-4 pb-2 text-touch font-semibold">{t("failures.list")}</h2>
        <Filters search={search} onSearch={onSearch} />
        {list.isPending && <ListSkeleton rowHeight={72} />}
        {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && failures.length === 0 && !lookedBackTo && (
          <Nothing search={search} onSearch={onSearch} />
        )}
        {failures.length > 0 && (
          <ul aria-label={t("failures.list")} className="border-t">
            {failures.map((failure) => (
              <Failure
                key={failure.id}
                failure={failure}
                onSearch={(change) => onSearch({ ...search, ...change })}
              />
            ))}
          </ul>
        )}
        {lookedBackTo ? (
          <EndOfLook
            lookedBackTo={lookedBackTo}
            found={failures.length > 0}
            busy={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        ) : (
          list.hasNextPage && (
            <div className="flex justify-center py-3">
              <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t("failures.more")}
              </Button>
            </div>
          )
        )}
      </div>
    </div>
  );
}

function Filters({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const set = (change: { [K in keyof FailureSearch]?: FailureSearch[K] | "" | undefined }): void => {
    const next = { ...search, ...change };
    onSearch(Object.fromEntries(Object.entries(next).filter(([, value]) => value)));
  };
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-3">
      <div className="flex min-w-56 flex-1">
        <SearchField label={t("failures.search")} value={search.q ?? ""} onSearch={(q) => set({ q })} />
      </div>
      <FilterSelect
        label={t("failures.kinds")}
        value={search.kind ?? ""}
        onChange={(kind) => set({ kind })}
        options={[
          { value: "", label: t("failures.anyKind") },
          ...jobKinds.map((value) => ({ value, label: jobKind(t, value) })),
        ]}
      />
      <PeriodSelect value={search.since} onChange={(since) => set({ since })} />
      {search.phone && (
        <Chip text={formatPhone(search.phone, default_country)} onRemove={() => set({ phone: undefined })} />
      )}
      {search.session && <Chip text={search.session} onRemove={() => set({ session: undefined })} />}
    </div>
  );
}

/** A filter that was set by what it stands on, with the way to take it off. */
function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex h-9 max-w-full items-center gap-1 rounded-md bg-selected ps-3 text-list pointer-coarse:h-11">
      <span className="truncate tabular">{text}</span>
      <button
        type="button"
        aria-label={t("failures.withoutFilter", { filter: text })}
        onClick={onRemove}
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-soft hover:text-ink"
      >
        <X aria-hidden className="size-4" />
      </button>
    </span>
  );
}

/** What an empty list means, and what to do. */
function Nothing({ search, onSearch }: Props) {
  const { t } = useTranslation();
  return isFiltered(search) ? (
    <EmptyState icon={SearchX} title={t("failures.noneFound")} text={t("failures.noneFoundText")}>
      <Button onClick={() => onSearch({})}>{t("failures.showAll")}</Button>
    </EmptyState>
  ) : (
    <EmptyState icon={CircleCheck} title={t("failures.none")} text={t("failures.noneText")} />
  );
}
