import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { NotInUse } from "@/lines/NotInUse";
import { mayManageTeam, useUser } from "@/session/session";
import { buttonClass } from "@/ui/Button";
import { Section } from "@/ui/Section";

import { LineRow } from "./LineRow";
import { linesQuery, watchMs } from "./lines";
import { Rows } from "./Rows";

/** The numbers this installation sends and receives with, and how they are. */
export function LinesPage() {
  const { t } = useTranslation();
  const lines = useQuery({ ...linesQuery, refetchInterval: watchMs });
  const admin = mayManageTeam(useUser());
  const add = (
    <Link to="/settings/lines/new" className={buttonClass("primary")}>
      <Plus aria-hidden className="size-4" />
      {t("lines.add.title")}
    </Link>
  );
  return (
    <Section title={t("settings.lines.title")} text={t("settings.lines.text")} action={admin && add}>
      <Rows query={lines} label={t("settings.lines.title")} empty={t("settings.lines.empty")}>
        {(line) => <LineRow line={line} lines={lines.data ?? []} />}
      </Rows>
      {admin && <NotInUse />}
      <p className="mt-4 text-list">
        <Link to="/operations" className="rounded-sm text-accent-text underline underline-offset-2">
          {t("settings.lines.toOperations")}
        </Link>
      </p>
    </Section>
  );
}
