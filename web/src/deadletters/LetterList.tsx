import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { ListedMessage } from "@/api/types";
import { displayName } from "@/lib/names";
import { isSelected, type Selection } from "@/lib/selection";
import { useInstallation } from "@/session/session";
import { GrowingList } from "@/ui/GrowingList";
import { ListTime } from "@/ui/Time";
import type { Growing } from "@/ui/useGrowingList";

type Props = {
  letters: ListedMessage[];
  list: Growing;
  selection: Selection;
  /** Where several reasons stand mixed, each message says its own. */
  showsReason: boolean;
  onToggle: ((id: string) => void) | undefined;
};

/** The messages, newest first. */
export function LetterList({ letters, list, selection, showsReason, onToggle }: Props) {
  const { t } = useTranslation();
  return (
    <GrowingList
      label={t("letters.list")}
      rows={letters}
      list={list}
      keyOf={({ id }) => id}
      heightOf={() => 72}
    >
      {(letter) => (
        <Letter
          letter={letter}
          selected={isSelected(selection, letter.id)}
          showsReason={showsReason}
          onToggle={onToggle && (() => onToggle(letter.id))}
        />
      )}
    </GrowingList>
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
