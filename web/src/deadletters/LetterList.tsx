import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { ListedMessage } from "@/api/types";
import { displayName } from "@/lib/names";
import { useInstallation } from "@/session/session";
import { ListTime } from "@/ui/Time";

import { isSelected, type Selection } from "./selection";

type Props = {
  letters: ListedMessage[];
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  selection: Selection;
  /** Where several reasons stand mixed, each message says its own. */
  showsReason: boolean;
  onToggle: ((id: string) => void) | undefined;
};

const fetchAhead = 15;

/** The messages, newest first; only what is near the window exists. */
export function LetterList({ letters, list, selection, showsReason, onToggle }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: letters.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 72,
    getItemKey: (index) => letters[index]?.id ?? index,
    overscan: 8,
  });
  const visible = virtualizer.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastVisible >= letters.length - fetchAhead)
      void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastVisible, letters.length]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={t("letters.list")} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {visible.map((item) => {
          const letter = letters[item.index];
          return (
            letter && (
              <li
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Letter
                  letter={letter}
                  selected={isSelected(selection, letter.id)}
                  showsReason={showsReason}
                  onToggle={onToggle && (() => onToggle(letter.id))}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

type LetterProps = {
  letter: ListedMessage;
  selected: boolean;
  showsReason: boolean;
  onToggle: (() => void) | undefined;
};

function Letter({ letter, selected, showsReason, onToggle }: LetterProps) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const name = displayName(letter.contact, default_country);
  const reason = letter.error?.text ?? t(`messageState.${letter.state}`);
  return (
    <article
      className={selected ? "flex gap-3 border-b bg-selected px-4 py-2.5" : "flex gap-3 border-b px-4 py-2.5"}
    >
      {onToggle && (
        <input
          type="checkbox"
          aria-label={t("letters.choose", { name })}
          checked={selected}
          onChange={onToggle}
          className="mt-1 size-4 shrink-0 accent-accent"
        />
      )}
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-3">
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: letter.conversation_id }}
            dir="auto"
            className="min-w-0 flex-1 truncate rounded-sm start-aligned font-medium hover:underline"
          >
            {name}
          </Link>
          <span className="shrink-0 text-meta text-ink-faint">
            <ListTime at={letter.at} />
          </span>
        </p>
        <p dir="auto" className="line-clamp-2 user-text start-aligned text-list text-ink-soft">
          {letter.body}
        </p>
        {showsReason && <p className="mt-0.5 text-meta text-danger first-letter:uppercase">{reason}</p>}
        {letter.possibly_doubled && (
          <p className="mt-0.5 text-meta text-warning">{t("thread.possiblyDoubled")}</p>
        )}
      </div>
    </article>
  );
}
