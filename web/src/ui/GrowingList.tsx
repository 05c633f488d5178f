import type { ReactNode } from "react";

import { type Growing, useGrowingList } from "./useGrowingList";

type Props<T> = {
  label: string;
  rows: readonly T[];
  /** What the rows come from. */
  list: Growing;
  keyOf: (row: T) => string;
  /** About how high a row will be. */
  heightOf: (row: T) => number;
  children: (row: T) => ReactNode;
};

/** A list as long as it likes: only what is near the window exists, and more is asked for before the end is reached. */
export function GrowingList<T extends object>({ label, rows, list, keyOf, heightOf, children }: Props<T>) {
  const { scroller, virtualizer, visible } = useGrowingList(rows, list, keyOf, heightOf);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={label} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {visible.map(({ item, row }) => (
          <li
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {children(row)}
          </li>
        ))}
      </ul>
    </div>
  );
}
