import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { ListedPage } from "@/api/types";
import { dayLabel } from "@/lib/time";
import { useNow } from "@/lib/useNow";

import { scheduledRows } from "./days";
import { ScheduledItem } from "./ScheduledItem";

/** What the list needs of its query. */
type Listing = {
  data: { pages: ListedPage[] };
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
};

const fetchAhead = 15;

/** The messages under their days; only what is near the window exists. */
export function ScheduledList({ list }: { list: Listing }) {
  const { t } = useTranslation();
  const now = useNow();
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const rows = useMemo(
    () =>
      scheduledRows(
        data.pages.flatMap((page) => page.items),
        now,
      ),
    [data, now],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === "day" ? 44 : 96),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  });
  const visible = virtualizer.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastVisible >= rows.length - fetchAhead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastVisible, rows.length]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={t("nav.scheduled")} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {visible.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <li
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row.kind === "message" ? (
                  <ScheduledItem message={row.message} />
                ) : (
                  <h2 className="flex h-11 items-end border-b px-4 pb-1.5 text-list font-semibold text-ink-soft">
                    {row.day === undefined ? t("schedule.openEnd") : dayLabel(row.day, now)}
                  </h2>
                )}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
