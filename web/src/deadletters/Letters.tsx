import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeadLetterGroup } from "@/api/types";
import { ListSkeleton } from "@/conversations/ListSkeleton";
import { narrowedTo, nothing, type Selection, toggled } from "@/lib/selection";
import { useTwoPanes } from "@/lib/useMediaQuery";
import { mayWrite, useUser } from "@/session/session";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { SearchField } from "@/ui/SearchField";

import { ActionBar } from "./ActionBar";
import { lettersQuery } from "./deadLetters";
import { allGroups, letterFilter, type LetterSearch } from "./filter";
import { LetterList } from "./LetterList";
import { RefusedDialog } from "./RefusedDialog";
import { useLetterActions } from "./useLetterActions";

type Props = { search: LetterSearch; group: DeadLetterGroup | undefined };

/** The messages of one reason (or of all): what it means, which of them, and what to do with them. */
export function Letters({ search, group }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const writes = mayWrite(useUser());
  // Alone on a phone's screen it is the page's title.
  const Title = useTwoPanes() ? "h2" : "h1";
  const filter = letterFilter(search);
  const list = useInfiniteQuery(lettersQuery(filter));
  const letters = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const ids = useMemo(() => letters.map(({ id }) => id), [letters]);
  const total = list.data?.pages.at(-1)?.total ?? 0;
  const [chosen, setSelection] = useState<Selection>(nothing);
  const selection = narrowedTo(chosen, ids);
  const actions = useLetterActions(() => setSelection(nothing));
  return (
    <>
      <header className="px-4 pt-3 pb-2 two:pt-4">
        <Title className="text-touch font-semibold first-letter:uppercase">
          {group?.title ?? t("letters.all")}
        </Title>
        {group && <p className="mt-0.5 max-w-[68ch] text-list text-ink-soft">{group.help}</p>}
        {group && !group.retryable && (
          <p className="mt-0.5 max-w-[68ch] text-list text-warning">{t("letters.notRetryable")}</p>
        )}
      </header>
      <div className="flex max-w-lg px-4 pb-2">
        <SearchField
          label={t("letters.search")}
          value={search.q ?? ""}
          onSearch={(q) =>
            void navigate({
              to: "/dead-letters",
              search: { group: search.group ?? allGroups, ...(q && { q }) },
              replace: true,
            })
          }
        />
      </div>
      {writes && letters.length > 0 && (
        <ActionBar
          selection={selection}
          onSelect={setSelection}
          letters={letters}
          total={total}
          filter={filter}
          actions={actions}
        />
      )}
      {list.isPending && <ListSkeleton rowHeight={72} />}
      {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && letters.length === 0 && <EmptyState icon={SearchX} title={t("letters.noneFound")} />}
      {letters.length > 0 && (
        <LetterList
          letters={letters}
          list={list}
          selection={selection}
          showsReason={group === undefined}
          onToggle={writes ? (id) => setSelection(toggled(selection, id, ids)) : undefined}
        />
      )}
      <RefusedDialog refused={actions.refused} letters={letters} onClose={actions.forgetRefused} />
    </>
  );
}
