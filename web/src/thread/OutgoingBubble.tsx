import { Clock3 } from "lucide-react";
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import type { OutboxEntry } from "@/composer/outbox";
import { useWriting } from "@/live/LiveProvider";

import { BubbleText } from "./BubbleText";
import { letterClass, Subject } from "./EmailCard";
import { MediaList } from "./MediaList";
import { bubbleClass } from "./MessageBubble";

/** A message the server has not confirmed yet, shown at once. */
export function OutgoingBubble({ entry, opens }: { entry: OutboxEntry; opens: boolean }) {
  const { t } = useTranslation();
  return (
    <article
      aria-label={t("thread.outgoing")}
      className={clsx("flex flex-col items-end px-3 two:px-4", opens ? "pt-2" : "pt-0.5")}
    >
      {entry.subject && <Subject text={entry.subject} />}
      <div className={entry.channel === "email" ? letterClass(true) : bubbleClass(true, opens, true)}>
        <MediaList media={entry.media ?? []} canWrite={false} />
        <p dir="auto" className="user-text text-start">
          <BubbleText text={entry.body} />
          <span
            className="relative top-1 float-right ms-3 mt-1 inline-flex text-ink-faint"
            title={t("thread.sending")}
          >
            <Clock3 aria-hidden className="size-3.5" strokeWidth={2.25} />
          </span>
        </p>
      </div>
      {entry.state === "waiting" && <p className="mt-1 text-list text-warning">{t("thread.waiting")}</p>}
      {entry.state === "stopped" && <Stopped entry={entry} />}
    </article>
  );
}

const actionClass =
  "min-h-6 rounded-sm font-semibold underline-offset-2 hover:underline pointer-coarse:min-h-9";

/** Trying again is always safe; giving up leaves open whether it had arrived, and says so. */
function Stopped({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const { outbox } = useWriting();
  return (
    <div className="mt-1 max-w-[min(34rem,85%)] text-end text-list text-danger">
      <p>{t("thread.stopped")}</p>
      <p className="flex justify-end gap-4">
        <button type="button" className={actionClass} onClick={() => outbox.resend(entry.key)}>
          {t("common.tryAgain")}
        </button>
        <button type="button" className={actionClass} onClick={() => outbox.discard(entry.key)}>
          {t("thread.giveUp")}
        </button>
      </p>
    </div>
  );
}
