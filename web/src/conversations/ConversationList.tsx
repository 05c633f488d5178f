import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";

import { usePreferences } from "@/settings/preferences";
import { ErrorState } from "@/ui/ErrorState";

import { ConversationRow } from "./ConversationRow";
import { conversationsQuery } from "./conversations";
import type { Filter } from "./filter";
import { ListSkeleton } from "./ListSkeleton";
import { NoConversations } from "./NoConversations";
import { useListKeys } from "./useListKeys";

const rowHeight = { comfortable: 64, compact: 44 } as const;
/** The next page is asked for this many rows before the end is reached. */
const fetchAhead = 15;

/** The conversations of one view: virtualised, kept current by the stream. */
export function ConversationList({ filter, openId }: { filter: Filter; openId: string | undefined }) {
  const { t } = useTranslation();
  const { density } = usePreferences();
  const list = useInfiniteQuery(conversationsQuery(filter));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const scroller = useRef<HTMLDivElement>(null);
  const size = rowHeight[density];
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  useEffect(() => {
    virtualizer.measure();
  }, [virtualizer, size]);

  const visible = virtualizer.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastVisible >= rows.length - fetchAhead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastVisible, rows.length]);

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
        {visible.map((item) => {
          const conversation = rows[item.index];
          if (!conversation) return null;
          return (
            <li
              key={item.key}
              aria-setsize={hasNextPage ? -1 : rows.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <ConversationRow
                conversation={conversation}
                isOpen={conversation.id === openId}
                isTabStop={conversation.id === tabStop}
                compact={density === "compact"}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
