import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Line, Queue } from "@/api/types";
import { between, duration } from "@/lib/duration";
import { LineRow } from "@/settings/LineRow";
import { Rows } from "@/settings/Rows";
import { Section } from "@/ui/Section";

type Props = { lines: UseQueryResult<Line[]>; waiting: Queue["lines"]; at: string | undefined };

/** Each line: whether it works, how much of its rate is used, what stands in for it, and what waits for it. */
export function LineStates({ lines, waiting, at }: Props) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.lines.title")}>
      <Rows query={lines} label={t("settings.lines.title")} empty={t("operations.noLines")}>
        {(line) => (
          <>
            <LineRow line={line} lines={lines.data ?? []} />
            <Waiting waiting={waiting.find(({ line_id }) => line_id === line.id)} at={at} />
          </>
        )}
      </Rows>
    </Section>
  );
}

function Waiting({ waiting, at }: { waiting: Queue["lines"][number] | undefined; at: string | undefined }) {
  const { t } = useTranslation();
  const count = waiting?.queued ?? 0;
  const age = waiting?.oldest_at && at && duration(between(waiting.oldest_at, at));
  return (
    <p className="w-full ps-8 text-meta text-ink-soft tabular">
      {count === 0 ? t("operations.nothingWaits") : t("operations.waitForLine", { count })}
      {count > 0 && age && `, ${t("operations.oldest", { age })}`}
    </p>
  );
}
