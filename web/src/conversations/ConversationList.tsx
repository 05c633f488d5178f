import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { usePreferences } from "@/settings/preferences";
import { ErrorState } from "@/ui/ErrorState";
import { useGrowingList } from "@/ui/useGrowingList";

import { ConversationRow } from "./ConversationRow";
import { conversationsQuery } from "./conversations";
import type { Filter } from "./filter";
import { ListSkeleton } from "./ListSkeleton";
import { NoConversations } from "./NoConversations";
import { useListKeys } from "./useListKeys";

const rowHeight = { comfortable: 64, compact: 44 } as const;

/** The conversations of one view: virtualised, kept current by the stream. */
export function ConversationList({ filter, openId }: { filter: Filter; openId: string | undefined }) {
  const { t } = useTranslation();
  const { density } = usePreferences();
  const list = useInfiniteQuery(conversationsQuery(filter));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const size = rowHeight[density];
  const { scroller, virtualizer, visible } = useGrowingList(
    rows,
    list,
    ({ id }) => id,
    () => size,
  );
  useEffect(() => {
    virtualizer.measure();
  }, [virtualizer, size]);

  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  useListKeys(ids, openId, (index) => virtualizer.scrollToIndex(index));
  const tabStop = openId !== undefined && ids.includes(openId) ? openId : ids[0];

  if (list.isPending) return <ListSkeleton rowHeight={size} />;
  if (list.isError && rows.length === 0) {
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (rows.length === 0) return <NoConversations filter={filter} />;
  return (
    <div ref={scroller} data-keys="navigate" className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
      <ul
        aria-label={t("conversations.list")}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {visible.map(({ item, row }) => (
          <li
            key={item.key}
            aria-setsize={list.hasNextPage ? -1 : rows.length}
            aria-posinset={item.index + 1}
            className="absolute inset-x-0 top-0"
            style={{ height: item.size, transform: `translateY(${item.start}px)` }}
          >
            <ConversationRow
              conversation={row}
              isOpen={row.id === openId}
              isTabStop={row.id === tabStop}
              compact={density === "compact"}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
