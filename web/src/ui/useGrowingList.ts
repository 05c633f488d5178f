import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";

/** What a list needs of its query. */
export type Growing = {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
};

/** The next page is asked for this many rows before the end is reached. */
const fetchAhead = 15;

/** Which rows are near the window, and more of them as the end comes near. */
export function useGrowingList<T extends object>(
  rows: readonly T[],
  list: Growing,
  keyOf: (row: T) => string,
  heightOf: (row: T) => number,
) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => of(heightOf, rows[index]) ?? 0,
    getItemKey: (index) => of(keyOf, rows[index]) ?? index,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const lastVisible = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastVisible >= rows.length - fetchAhead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastVisible, rows.length]);
  const visible = items.flatMap((item) => {
    const row = rows[item.index];
    return row ? [{ item, row }] : [];
  });
  return { scroller, virtualizer, visible };
}

/** The virtualizer may still speak of rows that have gone. */
const of = <T, R>(tell: (row: T) => R, row: T | undefined): R | undefined =>
  row === undefined ? undefined : tell(row);
