import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import { countsQuery } from "./conversations";
import type { Filter } from "./filter";

const tabs = ["open", "pending", "resolved", "all"] as const;

const tabClass =
  "inline-flex min-h-8 items-center gap-1.5 rounded-md px-2 text-list font-medium transition-colors pointer-coarse:min-h-10";

/** The views of the list, as links: each has its address. */
export function StatusTabs({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  // Filled by the list's own answer; asked for separately only after the stream brought something unknown.
  const { data: counts } = useQuery({ ...countsQuery, enabled: (query) => query.state.data !== undefined });
  // Few teams put conversations aside, and on a phone there is room for three.
  const isShown = (status: Filter["status"]): boolean =>
    status !== "pending" || filter.status === "pending" || (counts?.pending ?? 0) > 0;
  const look = (active: boolean): string =>
    clsx(tabClass, active ? "bg-selected text-ink" : "text-ink-soft hover:bg-hover hover:text-ink");
  return (
    <nav aria-label={t("conversations.views")} className="flex items-center gap-0.5 px-2 pb-2">
      {tabs.filter(isShown).map((status) => (
        <Link
          key={status}
          to="."
          search={(old) => ({ ...old, status: status === "open" ? undefined : status })}
          activeProps={{}}
          aria-current={filter.status === status ? "page" : undefined}
          className={look(filter.status === status)}
        >
          {t(`conversations.tabs.${status}`)}
          {status !== "all" && <Count value={counts?.[status]} />}
        </Link>
      ))}
      <Link
        to="."
        search={(old) => ({ ...old, unread: filter.unread ? undefined : true })}
        activeProps={{}}
        aria-current={filter.unread ? "true" : undefined}
        className={clsx(look(filter.unread), "ms-auto")}
      >
        {t("conversations.tabs.unread")}
        <Count value={counts?.unread} />
      </Link>
    </nav>
  );
}

/** Takes the room of its digits before it is known, so that nothing moves when it arrives. */
function Count({ value }: { value: number | undefined }) {
  return (
    <span className="min-w-2 text-meta font-normal text-ink-faint tabular">{value?.toLocaleString()}</span>
  );
}
