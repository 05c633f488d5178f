import { CircleAlert, CircleCheck, CircleHelp, type LucideIcon, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { LineCheck, LineCheckFinding } from "@/api/types";

const looks: Record<string, { icon: LucideIcon; tone: string }> = {
  ok: { icon: CircleCheck, tone: "text-success" },
  warning: { icon: TriangleAlert, tone: "text-warning" },
  failed: { icon: CircleAlert, tone: "text-danger" },
};
const unknown = { icon: CircleHelp, tone: "text-warning" };

/** What a look at the provider brought, one sentence each, and what to do where something is wrong. */
export function Findings({ check }: { check: LineCheck }) {
  const { t } = useTranslation();
  return (
    <ul aria-label={t("lines.check.title")} aria-live="polite" className="grid gap-3 border-t pt-4">
      {check.findings.map((finding) => (
        <FindingRow key={`${finding.about} ${finding.told}`} finding={finding} />
      ))}
    </ul>
  );
}

function FindingRow({ finding: { outcome, told, fix } }: { finding: LineCheckFinding }) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = looks[outcome] ?? unknown;
  return (
    <li className="flex items-start gap-2 text-list">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <span className="user-text min-w-0">
        <span className="sr-only">{t(`lines.check.outcome.${outcome as "ok"}`)} </span>
        {told}
        {fix && <span className="mt-0.5 block text-ink-soft">{fix}</span>}
      </span>
    </li>
  );
}
