import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Section } from "@/ui/Section";

import { LineRow } from "./LineRow";
import { linesQuery, watchMs } from "./lines";
import { Rows } from "./Rows";

/** The numbers this installation sends and receives with, and how they are. */
export function LinesPage() {
  const { t } = useTranslation();
  const lines = useQuery({ ...linesQuery, refetchInterval: watchMs });
  return (
    <Section title={t("settings.lines.title")} text={t("settings.lines.text")}>
      <Rows query={lines} label={t("settings.lines.title")} empty={t("settings.lines.empty")}>
        {(line) => <LineRow line={line} lines={lines.data ?? []} />}
      </Rows>
      <p className="mt-4 text-list">
        <Link to="/operations" className="rounded-sm text-accent-text underline underline-offset-2">
          {t("settings.lines.toOperations")}
        </Link>
      </p>
    </Section>
  );
}
