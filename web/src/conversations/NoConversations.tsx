import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Inbox, Search, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useInstallation } from "@/session/session";
import { buttonClass } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";

import { countsQuery } from "./conversations";
import type { Filter } from "./filter";

/** An empty list says why it is empty; on the very first day, what to do about it. */
export function NoConversations({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const { simulator } = useInstallation();
  const { data: counts } = useQuery({ ...countsQuery, enabled: (query) => query.state.data !== undefined });
  if (filter.q) {
    return (
      <EmptyState
        icon={Search}
        title={t("conversations.nothingFound")}
        text={t("conversations.searchHint")}
      />
    );
  }
  if (counts && counts.open + counts.pending + counts.resolved > 0) {
    const view = filter.unread ? "unread" : filter.status;
    return (
      <EmptyState icon={Inbox} title={t(`conversations.empty.${view}`)} text={t("conversations.emptyText")} />
    );
  }
  return (
    <EmptyState
      icon={Inbox}
      title={t("conversations.firstRunTitle")}
      text={simulator ? t("conversations.firstRunPhone") : t("conversations.firstRunLine")}
    >
      {simulator && (
        <Link to="/phone" className={buttonClass("primary")}>
          <Smartphone aria-hidden className="size-4" />
          {t("conversations.openPhone")}
        </Link>
      )}
    </EmptyState>
  );
}
