import { useTranslation } from "react-i18next";

import { exactTime, listTime, relativeTime } from "@/lib/time";
import { useNow } from "@/lib/useNow";

/** A time that reads like a list ("14:02", "Tue") and is exact on hover and for screen readers. */
export function ListTime({ at }: { at: string }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <time dateTime={at} title={exactTime(at)} className="tabular whitespace-nowrap">
      {listTime(at, now, t("common.now"))}
    </time>
  );
}

/** "3 days ago", exact on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}
