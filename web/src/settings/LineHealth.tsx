import { CircleCheck, CircleDashed, CirclePause, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Line, LineHealth as Health, LineRate } from "@/api/types";
import { clockTime, exactTime } from "@/lib/time";
import { mayManageTeam, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { useSetBreaker } from "./lines";

const looks: Record<Health["breaker"], { icon: LucideIcon; tone: string }> = {
  closed: { icon: CircleCheck, tone: "text-success" },
  half_open: { icon: CircleDashed, tone: "text-warning" },
  open: { icon: CirclePause, tone: "text-danger" },
};

type Props = { line: Line; lines: Line[] };

/** Whether a line works, why not and until when, and how much of what the carrier allows is used. */
export function LineHealth({ line, lines }: Props) {
  const { t } = useTranslation();
  const admin = mayManageTeam(useUser());
  const { breaker, since, until, reason } = line.health;
  const { icon: Icon, tone } = looks[breaker];
  const fallbacks = line.failover
    .map((id) => lines.find((other) => other.id === id)?.name)
    .filter((name) => name !== undefined);
  return (
    <div className="grid w-full gap-2 ps-8 text-list">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <p className={`flex min-w-0 flex-1 basis-60 items-start gap-1.5 ${tone}`}>
          <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {t(`settings.lines.breaker.${breaker}`)}
            {breaker !== "closed" && reason && ` ${reason}`}{" "}
            {breaker !== "closed" && since && (
              <span className="text-ink-soft">
                {t("settings.lines.since")} <RelativeTime at={since} />
                {until && (
                  <time dateTime={until} title={exactTime(until)}>
                    {t("settings.lines.until", { time: clockTime(until) })}
                  </time>
                )}
              </span>
            )}
          </span>
        </p>
        {admin && <BreakerButton line={line} open={breaker !== "closed"} />}
      </div>
      <Rate rate={line.rate} />
      {fallbacks.length > 0 && (
        <p className="text-meta text-ink-soft">
          {t("settings.lines.failover", { lines: new Intl.ListFormat().format(fallbacks) })}
        </p>
      )}
    </div>
  );
}

function BreakerButton({ line, open }: { line: Line; open: boolean }) {
  const { t } = useTranslation();
  const set = useSetBreaker();
  const run = (action: "open" | "close"): void =>
    set.mutate(
      { id: line.id, action },
      {
        onSuccess: () =>
          showToast(
            t(action === "open" ? "settings.lines.paused" : "settings.lines.resumed", { line: line.name }),
            {
              label: t("common.undo"),
              run: () => run(action === "open" ? "close" : "open"),
            },
          ),
        onError: (error) => showToast(errorText(error, t)),
      },
    );
  return (
    <Button disabled={set.isPending} onClick={() => run(open ? "close" : "open")}>
      {t(open ? "settings.lines.resume" : "settings.lines.pause")}
    </Button>
  );
}

/** Use against each limit that there is. */
function Rate({ rate }: { rate: LineRate }) {
  const { t } = useTranslation();
  const perMinute = rate.per_minute ?? (rate.per_second ? rate.per_second * 60 : null);
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-2">
      <Meter label={t("settings.lines.lastMinute")} used={rate.used_last_minute} limit={perMinute} />
      <Meter label={t("settings.lines.today")} used={rate.used_today} limit={rate.per_day ?? null} />
      {rate.paused_until && (
        <p className="text-warning">
          {t("settings.lines.throttled", { time: clockTime(rate.paused_until) })}
        </p>
      )}
    </div>
  );
}

const nearlyFull = 0.9;

function Meter({ label, used, limit }: { label: string; used: number; limit: number | null }) {
  const { t } = useTranslation();
  const share = limit ? Math.min(1, used / limit) : 0;
  const numbers = limit
    ? t("settings.lines.usedOf", { used: used.toLocaleString(), limit: limit.toLocaleString() })
    : used.toLocaleString();
  return (
    <div className="w-44">
      <p className="flex justify-between gap-2 text-meta">
        <span className="text-ink-soft">{label}</span>
        <span className="tabular">{numbers}</span>
      </p>
      {limit !== null && (
        <span aria-hidden className="mt-1 block h-1 rounded-full bg-hover">
          <span
            className={`block h-1 rounded-full ${share >= nearlyFull ? "bg-warning" : "bg-accent"}`}
            style={{ width: `${share * 100}%` }}
          />
        </span>
      )}
    </div>
  );
}
