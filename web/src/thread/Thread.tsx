import { useLocation } from "@tanstack/react-router";
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Conversation, Message } from "@/api/types";
import { useOutgoing } from "@/composer/useOutgoing";

import { EndPill } from "./EndPill";
import { type Row, threadRows, unreadMark } from "./rows";
import { ThreadRow } from "./ThreadRow";
import { nearEnd, useEndOfThread } from "./useEndOfThread";
import type { Jump } from "./useJumpToEnd";
import { usePending } from "./usePending";
import { useMarkReadWhenSeen } from "./useMarkReadWhenSeen";

type Props = {
  conversation: Conversation;
  messages: Message[];
  jump: Jump;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  onLoadOlder: () => void;
};

/** Older messages are asked for this many rows before the top is reached. */
const fetchAhead = 20;
const estimates: Record<Row["kind"] | "email", number> = {
  day: 44,
  unread: 36,
  message: 56,
  email: 200,
  outgoing: 56,
  pending: 96,
};

const estimate = (row: Row | undefined): number =>
  row?.kind === "message" && row.message.email ? estimates.email : estimates[row?.kind ?? "message"];

/** The messages of a conversation. Only what is near the window exists; older pages load without a jump. */
export function Thread({ conversation, messages, jump, hasOlder, isLoadingOlder, onLoadOlder }: Props) {
  const { t } = useTranslation();
  const outgoing = useOutgoing(conversation.id);
  const [unread] = useState(() => unreadMark(messages, conversation.unread_count));
  const pending = usePending(conversation.id, messages);
  const rows = useMemo(
    () => threadRows(messages, outgoing, unread, pending),
    [messages, outgoing, unread, pending],
  );
  // A link to a message opens the thread there, as long as it is among the newest.
  const linked = useLocation({ select: ({ hash }) => hash });
  const [place] = useState(() => rows.findIndex(({ key }) => key === linked));
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    rangeExtractor: (range) => withDayOf(rows, range),
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    overscan: 12,
    paddingEnd: 12,
  });

  useLayoutEffect(() => {
    if (place >= 0 && jump.wish === 0) virtualizer.scrollToIndex(place, { align: "center" });
    else virtualizer.scrollToEnd();
  }, [virtualizer, place, jump.wish]);
  const end = useEndOfThread(virtualizer, scroller, messages, place < 0);
  useMarkReadWhenSeen(conversation, end.isAtEnd);

  const items = virtualizer.getVirtualItems();
  const first = virtualizer.range?.startIndex ?? rows.length;
  useEffect(() => {
    if (hasOlder && !isLoadingOlder && first < fetchAhead) onLoadOlder();
  }, [hasOlder, isLoadingOlder, first, onLoadOlder]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        onScroll={end.update}
        // A scrolling region has to be reachable by keyboard (WCAG 2.1.1).
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label={t("thread.region")}
        className="flex h-full flex-col overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      >
        {!hasOlder && rows.length === 0 && <p className="m-auto text-ink-soft">{t("thread.empty")}</p>}
        <ol className="relative mt-auto w-full shrink-0" style={{ height: virtualizer.getTotalSize() }}>
          {inFlow(items).map(({ item, gap }) => {
            const row = rows[item.index];
            return (
              row && (
                <li
                  key={item.key}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  className={row.kind === "day" ? "sticky top-0 z-10" : undefined}
                  style={{ marginTop: gap }}
                >
                  <ThreadRow row={row} conversation={conversation} />
                </li>
              )
            );
          })}
        </ol>
      </div>
      <EndPill
        shown={!end.isAtEnd}
        unseen={end.unseen}
        onClick={() => virtualizer.scrollToEnd({ behavior: "smooth" })}
      />
    </div>
  );
}

/** The day that the first visible row belongs to is drawn too, however far above: it sticks to the top. */
function withDayOf(rows: Row[], range: Range): number[] {
  const indexes = defaultRangeExtractor(range);
  const first = indexes[0] ?? 0;
  for (let index = first - 1; index >= 0; index -= 1) {
    if (rows[index]?.kind === "day") return [index, ...indexes];
  }
  return indexes;
}

/** Rows stand in normal flow, so that days can stick; what is not drawn is a gap before the next row. */
function inFlow<T extends { start: number; end: number }>(items: T[]): { item: T; gap: number }[] {
  return items.map((item, index) => ({ item, gap: item.start - (items[index - 1]?.end ?? 0) }));
}
