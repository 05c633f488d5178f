import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { DeadLetterGroup } from "@/api/types";
import { RelativeTime } from "@/ui/Time";

import { allGroups, groupOf } from "./filter";

type Props = { groups: { items: DeadLetterGroup[]; total: number } | undefined; open: string | undefined };

/** The reasons, with how many there are of each. */
export function GroupList({ groups, open }: Props) {
  const { t } = useTranslation();
  if (!groups) {
    return (
      <div role="status" aria-label={t("common.loading")} className="grid gap-4 px-4 py-2">
        {[0, 1, 2].map((row) => (
          <div key={row} className="h-9 skeleton" />
        ))}
      </div>
    );
  }
  return (
    <nav aria-label={t("letters.reasons")} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
      <ul>
        <li>
          <GroupLink group={allGroups} isOpen={open === allGroups} count={groups.total}>
            {t("letters.all")}
          </GroupLink>
        </li>
        {groups.items.map(({ code, title, count, newest_at }) => (
          <li key={groupOf(code)}>
            <GroupLink group={groupOf(code)} isOpen={open === groupOf(code)} count={count} newest={newest_at}>
              {title}
            </GroupLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

type LinkProps = { group: string; isOpen: boolean; count: number; newest?: string; children: string };

function GroupLink({ group, isOpen, count, newest, children }: LinkProps) {
  const { t } = useTranslation();
  return (
    <Link
      to="/dead-letters"
      search={{ group }}
      aria-current={isOpen ? "true" : undefined}
      className="flex min-h-11 items-center gap-3 rounded-md px-2 py-1.5 hover:bg-hover aria-[current]:bg-selected"
    >
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 text-list font-medium first-letter:uppercase">{children}</span>
        {newest && (
          <span className="block text-meta text-ink-soft">
            {t("letters.latest")} <RelativeTime at={newest} />
          </span>
        )}
      </span>
      <span className="shrink-0 text-list text-ink-soft tabular">{count.toLocaleString()}</span>
    </Link>
  );
}
