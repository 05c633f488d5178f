import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ArrowLeft, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useTwoPanes } from "@/lib/useMediaQuery";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { iconButtonClass } from "@/ui/IconButton";
import { PageHeader } from "@/ui/PageHeader";

import { letterGroupsQuery } from "./deadLetters";
import { allGroups, groupOf } from "./filter";
import { GroupList } from "./GroupList";
import { Letters } from "./Letters";

/** What did not arrive, by reason, and what to do about it. On a phone first the reasons, then one of them. */
export function DeadLettersPage() {
  const { t } = useTranslation();
  const { group, q = "" } = useSearch({ from: "/app/dead-letters" });
  const groups = useQuery(letterGroupsQuery);
  const beside = useTwoPanes();
  const open = group ?? (beside ? allGroups : undefined);
  const { data } = groups;
  if (data?.total === 0) {
    return (
      <div className="flex h-full flex-col bg-surface">
        <PageHeader title={t("nav.deadLetters")} />
        <EmptyState icon={CircleCheck} title={t("letters.none")} text={t("letters.noneText")} />
      </div>
    );
  }
  return (
    <div className="flex h-full min-h-0">
      {(beside || open === undefined) && (
        <div className="flex w-full shrink-0 flex-col two:w-72 two:border-e">
          <PageHeader title={t("nav.deadLetters")} />
          <p className="px-4 pb-3 text-list text-ink-soft">{t("letters.text")}</p>
          {groups.isError && !data && (
            <ErrorState error={groups.error} onRetry={() => void groups.refetch()} />
          )}
          <GroupList groups={data} open={open} />
        </div>
      )}
      {open !== undefined && (
        <div className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
          {!beside && (
            <Link
              to="/dead-letters"
              search={{}}
              aria-label={t("letters.back")}
              className={iconButtonClass("mx-2 mt-2")}
            >
              <ArrowLeft aria-hidden className="size-5" />
            </Link>
          )}
          <Letters
            key={`${open} ${q}`}
            search={{ group: open, ...(q && { q }) }}
            group={data?.items.find(({ code }) => groupOf(code) === open)}
          />
        </div>
      )}
    </div>
  );
}
