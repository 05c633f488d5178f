import { CalendarClock, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useNow } from "@/lib/useNow";
import { IconButton } from "@/ui/IconButton";

import type { Plan } from "./choices";
import { timeLine } from "./words";

type Props = { plan: Plan; name: string | null | undefined; onChange: (plan: Plan | null) => void };

/** What was planned for the text in the composer: when it leaves, on both clocks, and what calls it off. */
export function PlanBar({ plan, name, onChange }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t px-3 py-1.5 text-list">
      <span className="flex min-w-0 items-center gap-2">
        <CalendarClock aria-hidden className="size-4 shrink-0 text-accent-text" />
        <span className="tabular">{timeLine(t, plan.time, plan.zone, name, now)}</span>
      </span>
      <label className="flex min-h-7 items-center gap-2 pointer-coarse:min-h-10">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={plan.cancelIfAnswered}
          onChange={(event) => onChange({ ...plan, cancelIfAnswered: event.target.checked })}
        />
        {t("schedule.cancelIfAnswered")}
      </label>
      <IconButton
        icon={X}
        label={t("schedule.drop")}
        onClick={() => onChange(null)}
        className="-me-1.5 ms-auto"
      />
    </div>
  );
}
