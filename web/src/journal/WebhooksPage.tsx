import { useInfiniteQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { CircleCheck, SearchX, Webhook } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ReplaySelection } from "@/api/types";
import { ListSkeleton } from "@/conversations/ListSkeleton";
import { narrowedTo, nothing, type Selection, toggled } from "@/lib/selection";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";

import { EndOfLook } from "./EndOfLook";
import { isFiltered, journalFilter, type JournalSearch } from "./filter";
import { journalQuery } from "./journal";
import { ReplayBar } from "./ReplayBar";
import { useReplay } from "./useReplay";
import { WebhookFilters } from "./WebhookFilters";
import { WebhookList } from "./WebhookList";

/** Every webhook as it came; one opens beside the list. */
export function WebhooksPage() {
  const search = useSearch({ from: "/app/operations/webhooks" });
  const navigate = useNavigate();
  const { entryId } = useParams({ strict: false });
  return (
    <div className="flex min-h-0 flex-1">
      <Webhooks
        search={search}
        openId={entryId}
        onSearch={(next) => void navigate({ to: "/operations/webhooks", search: next, replace: true })}
      />
      <Outlet />
    </div>
  );
}

type Props = {
  search: JournalSearch;
  openId: string | undefined;
  onSearch: (search: JournalSearch) => void;
};

/** The list, and what can be done with what is chosen in it. */
export function Webhooks({ search, openId, onSearch }: Props) {
  const list = useInfiniteQuery(journalQuery(search));
  const entries = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const ids = useMemo(() => entries.map(({ id }) => id), [entries]);
  // What was chosen in one search is not chosen in the next: all of this is not all of that.
  const filter = JSON.stringify(search);
  const [chosen, setChosen] = useState({ filter, selection: nothing });
  const selection = chosen.filter === filter ? narrowedTo(chosen.selection, ids) : nothing;
  const setSelection = (next: Selection): void => setChosen({ filter, selection: next });
  const replay = useReplay(() => setSelection(nothing));
  const lookedBackTo = list.data?.pages.at(-1)?.looked_back_to;
  const selectorOf = (taken: Selection): ReplaySelection =>
    taken.all ? { all: true, ...journalFilter(search, Date.now()) } : { ids: [...taken.ids] };
  return (
    <div className={clsx("flex min-w-0 flex-1 flex-col", openId !== undefined && "hidden two:flex")}>
      <WebhookFilters search={search} onSearch={onSearch} />
      {entries.length > 0 && (
        <ReplayBar
          selection={selection}
          onSelect={setSelection}
          ids={ids}
          offersAll={list.hasNextPage && isFiltered(search)}
          selectorOf={selectorOf}
          replay={replay}
        />
      )}
      {list.isPending && <ListSkeleton rowHeight={72} />}
      {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && entries.length === 0 && !lookedBackTo && <Nothing search={search} onSearch={onSearch} />}
      {entries.length > 0 && (
        <WebhookList
          entries={entries}
          // Further back only when somebody wants that: it may be long until something is found.
          list={{ ...list, hasNextPage: list.hasNextPage && !lookedBackTo }}
          search={search}
          openId={openId}
          selection={selection}
          onToggle={(id) => setSelection(toggled(selection, id, ids))}
        />
      )}
      {lookedBackTo && (
        <EndOfLook
          lookedBackTo={lookedBackTo}
          found={entries.length > 0}
          busy={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </div>
  );
}

/** What an empty list means, and what to do. */
function Nothing({ search, onSearch }: Pick<Props, "search" | "onSearch">) {
  const { t } = useTranslation();
  if (!isFiltered(search)) {
    return <EmptyState icon={Webhook} title={t("webhooks.none")} text={t("webhooks.noneText")} />;
  }
  const onlyState = Object.keys(search).length === 1 && search.state;
  if (onlyState === "failed" || onlyState === "waiting") {
    return (
      <EmptyState
        icon={CircleCheck}
        title={t(`webhooks.noneOf.${onlyState}`)}
        text={t(`webhooks.noneOfText.${onlyState}`)}
      />
    );
  }
  return (
    <EmptyState icon={SearchX} title={t("webhooks.noneFound")} text={t("webhooks.noneFoundText")}>
      <Button onClick={() => onSearch({})}>{t("webhooks.showAll")}</Button>
    </EmptyState>
  );
}
