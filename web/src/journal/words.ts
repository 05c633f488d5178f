/** Webhooks and errors in a reader's words. */
import type { TFunction } from "i18next";

import type { JournalEntry, ProcessingError } from "@/api/types";
import { duration } from "@/lib/duration";
import { formatPhone } from "@/lib/phone";

/** Kinds of webhooks that this release reads. */
export const entryKinds = ["twilio.message", "twilio.status", "telnyx.event"] as const;
/** Kinds of jobs that can fail. */
export const jobKinds = ["journal", "send", "settle", "hand_over", "reconcile", "persona"] as const;

type EntryKindKey = "twilio_message" | "twilio_status" | "telnyx_event";

const known = <T extends string>(all: readonly T[], kind: string): T | undefined =>
  all.find((each) => each === kind);

/** What a kind of webhook is called; one of another release by its own name. */
export function entryKind(t: TFunction, kind: string): string {
  const name = known(entryKinds, kind);
  return name ? t(`webhooks.kind.${name.replace(".", "_") as EntryKindKey}`) : kind;
}

export function jobKind(t: TFunction, kind: string): string {
  const name = known(jobKinds, kind);
  return name ? t(`failures.kind.${name}`) : kind;
}

type Titled = Pick<JournalEntry, "kind" | "from" | "status">;

/** "Text from (415) 555-0117", "Report: delivered". */
export function entryTitle(t: TFunction, { kind, from, status }: Titled, country: string): string {
  if (status) return t("webhooks.reportOf", { status });
  return from ? t("webhooks.textFrom", { name: formatPhone(from, country) }) : entryKind(t, kind);
}

type Going = Pick<JournalEntry, "state" | "failed_tries" | "next_try_at" | "latency_ms">;

/** How far a webhook has come, and what happens next. */
export function entryProgress(t: TFunction, entry: Going, now: number): string {
  const { state, failed_tries: count, next_try_at: next, latency_ms: latency } = entry;
  if (state === "processed") {
    return latency == null
      ? t("webhooks.state.processed")
      : t("webhooks.processedIn", { time: duration(latency) });
  }
  if (state === "waiting") return t("webhooks.waitingToBeRead");
  if (!next) return t("webhooks.givenUp", { count });
  const wait = Date.parse(next) - now;
  return wait < 1000
    ? t("webhooks.triedNow", { count })
    : t("webhooks.tried", { count, wait: duration(wait) });
}

/** What became since of the webhook behind an error. */
export function errorOutcome(t: TFunction, { entry }: ProcessingError): string | undefined {
  if (!entry) return undefined;
  if (entry.state === "processed") return t("failures.over");
  return entry.next_try_at ? t("failures.retried") : t("failures.givenUp");
}
