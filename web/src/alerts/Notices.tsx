import { Check, CircleAlert, Clock } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { AlertNotice } from "@/api/types";
import { RelativeTime } from "@/ui/Time";

type Target = "webhook" | "slack" | "discord" | "email";
type Happened = "opened" | "reminder" | "closed" | "test";

/** Who was told what and when, and who could not be reached. */
export function Notices({ notices }: { notices: AlertNotice[] }) {
  const { t } = useTranslation();
  if (notices.length === 0) return null;
  return (
    <ul aria-label={t("alerts.notices")} className="text-meta text-ink-soft">
      {notices.map((notice) => {
        const state = notice.told_at ? "told" : notice.error ? "failed" : "waits";
        const Mark = { told: Check, failed: CircleAlert, waits: Clock }[state];
        return (
          <li
            key={`${notice.at} ${notice.happened} ${notice.target}`}
            className="flex items-start gap-2 py-0.5"
          >
            <Mark
              aria-hidden
              className={`mt-0.5 size-3.5 shrink-0 ${state === "failed" ? "text-danger" : state === "told" ? "text-success" : ""}`}
            />
            <span className="min-w-0 wrap-anywhere">
              {t(`alerts.targets.${notice.target as Target}`)}:{" "}
              {t(`alerts.happened.${notice.happened as Happened}`)}, {t(`alerts.noticeState.${state}`)}{" "}
              <RelativeTime at={notice.told_at ?? notice.at} />
              {state === "failed" && <span className="text-danger">: {notice.error}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
