import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { JournalEntry } from "@/api/types";
import { sentence } from "@/lib/sentence";
import { isSelected, type Selection } from "@/lib/selection";
import { useNow } from "@/lib/useNow";
import { useInstallation } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { GrowingList } from "@/ui/GrowingList";
import { ListTime } from "@/ui/Time";
import type { Growing } from "@/ui/useGrowingList";

import type { JournalSearch } from "./filter";
import { StateMark } from "./StateMark";
import { entryProgress, entryTitle } from "./words";

type Props = {
  entries: JournalEntry[];
  list: Growing;
  search: JournalSearch;
  openId: string | undefined;
  selection: Selection;
  onToggle: (id: string) => void;
};

/** Webhooks, the newest first. */
export function WebhookList({ entries, list, search, openId, selection, onToggle }: Props) {
  const { t } = useTranslation();
  return (
    <GrowingList
      label={t("webhooks.list")}
      rows={entries}
      list={list}
      keyOf={({ id }) => id}
      heightOf={() => 80}
    >
      {(entry) => (
        <Webhook
          entry={entry}
          search={search}
          isOpen={entry.id === openId}
          selected={isSelected(selection, entry.id)}
          onToggle={() => onToggle(entry.id)}
        />
      )}
    </GrowingList>
  );
}

type RowProps = {
  entry: JournalEntry;
  search: JournalSearch;
  isOpen: boolean;
  selected: boolean;
  onToggle: () => void;
};

function Webhook({ entry, search, isOpen, selected, onToggle }: RowProps) {
  const { t } = useTranslation();
  const now = useNow();
  const { default_country } = useInstallation();
  const { data: lines } = useQuery(linesQuery);
  const title = entryTitle(t, entry, default_country);
  const line = lines?.find(({ id }) => id === entry.line_id)?.name;
  const facts = [
    entryProgress(t, entry, now),
    line,
    entry.error_code && t("webhooks.code", { code: entry.error_code }),
    entry.duplicates > 0 && t("webhooks.cameAgain", { count: entry.duplicates }),
  ].filter(Boolean);
  return (
    <article
      className={`flex gap-3 border-b px-4 py-2.5 ${selected || isOpen ? "bg-selected" : "hover:bg-hover"}`}
    >
      <input
        type="checkbox"
        aria-label={t("webhooks.choose", { title })}
        checked={selected}
        onChange={onToggle}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <Link
        to="/operations/webhooks/$entryId"
        params={{ entryId: entry.id }}
        search={search}
        aria-current={isOpen ? "true" : undefined}
        className="flex min-w-0 flex-1 gap-3 rounded-sm"
      >
        <StateMark state={entry.state} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-3">
            <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
            <span className="shrink-0 text-meta text-ink-faint">
              <ListTime at={entry.received_at} />
            </span>
          </span>
          <Told entry={entry} />
          <span className="block text-meta text-ink-soft tabular">{facts.join(" · ")}</span>
        </span>
      </Link>
    </article>
  );
}

/** What it says, and why it failed. */
function Told({ entry: { last_error: error, text, session } }: { entry: JournalEntry }) {
  return (
    <>
      {(text ?? session) && (
        <span dir="auto" className="line-clamp-1 start-aligned text-list wrap-anywhere text-ink-soft">
          {text ?? session}
        </span>
      )}
      {error && <span className="line-clamp-2 text-list wrap-anywhere text-danger">{sentence(error)}</span>}
    </>
  );
}
