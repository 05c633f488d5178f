import { BellOff, Check, CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Alert } from "@/api/types";
import { exactTime } from "@/lib/time";
import { useNow } from "@/lib/useNow";
import { mayManageTeam, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { useMute } from "./alerts";
import { Notices } from "./Notices";

/** How long an alert can be muted by one click, in minutes. */
const mutes = [60, 24 * 60] as const;

/** One alert: what is wrong, what to do, since when, and who was told. */
export function AlertItem({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const over = Boolean(alert.closed_at);
  const Mark = over ? Check : CircleAlert;
  return (
    <li className="flex gap-3 border-b py-3">
      <Mark aria-hidden className={`mt-0.5 size-5 shrink-0 ${over ? "text-success" : "text-warning"}`} />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="font-medium wrap-anywhere">{alert.text}</p>
        {!over && <p className="text-list text-ink-soft">{alert.what_to_do}</p>}
        <p className="text-meta text-ink-soft">
          {t("alerts.since")} <RelativeTime at={alert.opened_at} />
          {alert.closed_at && (
            <>
              {" · "}
              {t("alerts.over")} <RelativeTime at={alert.closed_at} />
            </>
          )}
        </p>
        <Notices notices={alert.notices} />
        {!over && <Muting alert={alert} />}
      </div>
    </li>
  );
}

function Muting({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const now = useNow();
  const admin = mayManageTeam(useUser());
  const mute = useMute();
  const until = alert.muted_until;
  const muted = Boolean(until) && Date.parse(until ?? "") > now;
  const run = (minutes: number): void =>
    void mute
      .mutateAsync({ id: alert.id, minutes })
      .catch((error: unknown) => showToast(errorText(error, t)));
  return (
    <div className="flex flex-wrap items-center gap-2 pt-1">
      {muted && until && (
        <span className="flex items-center gap-1.5 text-meta text-ink-soft">
          <BellOff aria-hidden className="size-3.5" />
          {t("alerts.mutedUntil", { time: exactTime(until) })}
        </span>
      )}
      {admin && muted && (
        <Button look="quiet" disabled={mute.isPending} onClick={() => run(0)}>
          {t("alerts.unmute")}
        </Button>
      )}
      {admin &&
        !muted &&
        mutes.map((minutes) => (
          <Button key={minutes} look="quiet" disabled={mute.isPending} onClick={() => run(minutes)}>
            {t("alerts.mute", { count: minutes / 60 })}
          </Button>
        ))}
    </div>
  );
}
