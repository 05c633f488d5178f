import type { ReactNode } from "react";

import { useEndInSight } from "./useEndInSight";

type Props = {
  label: string;
  /** How much there is; with more of it, the end comes into sight. Unknown while it is loading. */
  count: number | undefined;
  /** What to say where there is nothing. */
  empty: string;
  children: ReactNode;
};

/** What came and went on a phone, the newest at the end. */
export function PhoneLog({ label, count, empty, children }: Props) {
  const list = useEndInSight(count);
  return (
    <div
      ref={list}
      role="log"
      aria-label={label}
      // Scrolling regions have to be reachable by keyboard (WCAG 2.1.1).
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="flex min-h-40 flex-1 flex-col gap-1.5 overflow-y-auto p-3 -outline-offset-2"
    >
      {count === 0 && (
        <p className="m-auto max-w-52 text-center text-list text-balance text-ink-soft">{empty}</p>
      )}
      {children}
    </div>
  );
}
