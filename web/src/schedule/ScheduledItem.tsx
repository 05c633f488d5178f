import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CirclePause, Reply } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ListedMessage } from "@/api/types";
import { displayName } from "@/lib/names";
import { exactTime } from "@/lib/time";
import { useNow } from "@/lib/useNow";
import { ownZone, sameClock, zoneClock, zoneDaysAhead, zoneTime } from "@/lib/zones";
import { mayWrite, useInstallation, useUser } from "@/session/session";
import { linesQuery } from "@/settings/lines";

import { leavesAt, zoneOf } from "./pending";
import { PendingActions } from "./PendingActions";
import { HoldReason } from "./PendingTime";
import { whose } from "./words";

/** One waiting message: when, to whom, what, from which line, and what could still stop it. */
export function ScheduledItem({ message }: { message: ListedMessage }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const { data: lines } = useQuery(linesQuery);
  const writes = mayWrite(useUser());
  const line = lines?.find(({ id }) => id === message.line_id);
  const held = message.state === "held";
  return (
    <article className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 border-b px-4 py-3 two:grid-cols-[9rem_1fr_auto]">
      <Clock message={message} />
      <div className="col-span-2 min-w-0 two:col-span-1">
        <p className="flex min-w-0 items-baseline gap-2">
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: message.conversation_id }}
            dir="auto"
            className="truncate rounded-sm font-medium hover:underline"
          >
            {displayName(message.contact, default_country)}
          </Link>
          {line && (
            <span className="shrink-0 text-meta text-ink-faint">
              {t("composer.from", { line: line.name })}
            </span>
          )}
        </p>
        <p dir="auto" className="line-clamp-2 user-text start-aligned text-list text-ink-soft">
          {message.body}
        </p>
        {held && (
          <p className="mt-1 flex items-start gap-1.5 text-list text-warning">
            <CirclePause aria-hidden className="mt-0.5 size-4 shrink-0" />
            <HoldReason message={message} separated={false} />
          </p>
        )}
        {message.scheduled?.cancel_if_answered && (
          <p className="mt-1 flex items-center gap-1.5 text-meta text-ink-soft">
            <Reply aria-hidden className="size-3.5" />
            {t("schedule.canceledIfAnswered")}
          </p>
        )}
      </div>
      {writes && (
        <div className="col-span-2 two:col-span-1">
          <PendingActions message={message} name={message.contact.name} />
        </div>
      )}
    </article>
  );
}

/** The reader's clock decides the day it stands under; theirs stands below where it shows something else. */
function Clock({ message }: { message: ListedMessage }) {
  const { t } = useTranslation();
  const now = useNow();
  const time = leavesAt(message);
  if (time === undefined) return <span className="hidden two:block" />;
  const [own, theirs] = [ownZone(), zoneOf(message)];
  const differ = theirs !== undefined && !sameClock(time, theirs, own);
  const theirTime = theirs && theirClock(time, theirs, own, now);
  return (
    <time
      dateTime={new Date(time).toISOString()}
      title={exactTime(new Date(time).toISOString())}
      className="col-span-2 flex items-baseline gap-2 tabular two:col-span-1 two:block"
    >
      <span className="font-medium">{zoneClock(time, own)}</span>
      {differ && (
        <span className="text-meta text-ink-soft two:block">
          {t("schedule.theirTime", { time: theirTime, whose: whose(t, message.contact.name) })}
        </span>
      )}
    </time>
  );
}

/** Only the clock, unless it is another day there. */
function theirClock(time: number, theirs: string, own: string, now: number): string {
  const sameDay = zoneDaysAhead(time, theirs, now) === zoneDaysAhead(time, own, now);
  return sameDay ? zoneClock(time, theirs) : zoneTime(time, theirs, now);
}
