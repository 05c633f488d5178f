import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { ListedPage } from "@/api/types";
import { dayLabel } from "@/lib/time";
import { useNow } from "@/lib/useNow";
import { GrowingList } from "@/ui/GrowingList";
import type { Growing } from "@/ui/useGrowingList";

import { scheduledRows } from "./days";
import { ScheduledItem } from "./ScheduledItem";

/** The messages under their days. */
export function ScheduledList({ list }: { list: Growing & { data: { pages: ListedPage[] } } }) {
  const { t } = useTranslation();
  const now = useNow();
  const { data } = list;
  const rows = useMemo(
    () =>
      scheduledRows(
        data.pages.flatMap((page) => page.items),
        now,
      ),
    [data, now],
  );
  return (
    <GrowingList
      label={t("nav.scheduled")}
      rows={rows}
      list={list}
      keyOf={({ key }) => key}
      heightOf={({ kind }) => (kind === "day" ? 44 : 96)}
    >
      {(row) =>
        row.kind === "message" ? (
          <ScheduledItem message={row.message} />
        ) : (
          <h2 className="flex h-11 items-end border-b px-4 pb-1.5 text-list font-semibold text-ink-soft">
            {row.day === undefined ? t("schedule.openEnd") : dayLabel(row.day, now)}
          </h2>
        )
      }
    </GrowingList>
  );
}
