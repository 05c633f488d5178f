import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { JournalEntryDetails } from "@/api/types";
import { exactTime } from "@/lib/time";
import { useNow } from "@/lib/useNow";
import { useInstallation } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { type Fact, FactList } from "@/ui/FactList";
import { iconButtonClass } from "@/ui/IconButton";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { ErrorChain } from "./ErrorChain";
import { entryQuery, useReplayOne } from "./journal";
import { RawRequest } from "./RawRequest";
import { StateMark } from "./StateMark";
import { entryKind, entryProgress, entryTitle } from "./words";

/** One webhook, beside the list. */
export function WebhookPage() {
  const { entryId } = useParams({ from: "/app/operations/webhooks/$entryId" });
  return <WebhookPanel key={entryId} id={entryId} />;
}

export function WebhookPanel({ id }: { id: string }) {
  const { t } = useTranslation();
  const entry = useQuery(entryQuery(id));
  return (
    <aside
      aria-label={t("webhooks.panel")}
      className="w-full min-w-0 shrink-0 overflow-y-auto border-t bg-canvas px-5 pb-6 two:w-96 two:border-s three:w-[30rem]"
    >
      <div className="-mx-2 flex min-h-12 items-center">
        <Link
          to="/operations/webhooks"
          search={(old) => old}
          aria-label={t("webhooks.back")}
          className={iconButtonClass()}
        >
          <ArrowLeft aria-hidden className="size-5 two:hidden" />
          <X aria-hidden className="hidden size-4 two:block" />
        </Link>
      </div>
      {entry.isPending && (
        <div role="status" aria-label={t("common.loading")} className="grid gap-3">
          <div className="h-6 w-3/4 skeleton" />
          <div className="h-24 skeleton" />
          <div className="h-40 skeleton" />
        </div>
      )}
      {entry.isError && !entry.data && (
        <ErrorState error={entry.error} onRetry={() => void entry.refetch()} />
      )}
      {entry.data && <Details entry={entry.data} />}
    </aside>
  );
}

function Details({ entry }: { entry: JournalEntryDetails }) {
  const { t } = useTranslation();
  const now = useNow();
  const { default_country } = useInstallation();
  return (
    <>
      <h2 className="text-touch font-semibold wrap-anywhere">{entryTitle(t, entry, default_country)}</h2>
      <p className="mt-1 flex gap-2 text-list text-ink-soft">
        <StateMark state={entry.state} />
        {entryProgress(t, entry, now)}
      </p>
      <Again entry={entry} />
      <Facts entry={entry} />
      <Errors errors={entry.errors} />
      <RawRequest entry={entry} />
    </>
  );
}

/** Has it processed again, and says what came of it. */
function Again({ entry }: { entry: JournalEntryDetails }) {
  const { t } = useTranslation();
  const replay = useReplayOne();
  // The errors there were when it was asked for: one more is the answer.
  const [asked, setAsked] = useState<{ latest: string | undefined }>();
  const latest = entry.errors[0]?.id;
  const done = asked !== undefined && entry.state === "processed";
  const failedAgain = asked !== undefined && !done && latest !== asked.latest;
  const waits = asked !== undefined && !done && !failedAgain;
  const run = (): void =>
    void replay.mutateAsync(entry.id).then(
      () => setAsked({ latest }),
      (error: unknown) => showToast(errorText(error, t)),
    );
  return (
    <div className="mt-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look={entry.state === "failed" ? "primary" : "plain"}
          disabled={replay.isPending || waits}
          onClick={run}
        >
          <RotateCcw aria-hidden className="size-4" />
          {t("webhooks.replay")}
        </Button>
        <p role="status" className="min-w-0 flex-1 text-list">
          {waits && <span className="text-ink-soft">{t("webhooks.replayWaits")}</span>}
          {failedAgain && <span className="text-danger">{t("webhooks.replayFailed")}</span>}
          {done && <span className="text-success">{t("webhooks.replayDone")}</span>}
        </p>
      </div>
      <p className="mt-2 text-meta text-ink-soft">{t("webhooks.replayText")}</p>
    </div>
  );
}

function Facts({ entry }: { entry: JournalEntryDetails }) {
  const { t } = useTranslation();
  const { data: lines } = useQuery(linesQuery);
  const { message } = entry;
  const facts: Fact[] = [
    [t("webhooks.facts.received"), exactTime(entry.received_at)],
    [t("webhooks.facts.processed"), entry.processed_at && exactTime(entry.processed_at)],
    [t("webhooks.facts.kind"), entryKind(t, entry.kind)],
    [t("webhooks.facts.line"), lines?.find(({ id }) => id === entry.line_id)?.name],
    [t("webhooks.facts.providerId"), entry.session],
    [
      t("webhooks.facts.duplicates"),
      entry.duplicates > 0 && t("webhooks.duplicates", { count: entry.duplicates }),
    ],
    [
      t("webhooks.facts.became"),
      message && (
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: message.conversation_id }}
          hash={message.message_id}
          className="rounded-sm text-accent-text underline underline-offset-2"
        >
          {t(message.direction === "inbound" ? "webhooks.becameMessage" : "webhooks.aboutMessage")}
        </Link>
      ),
    ],
  ];
  return <FactList facts={facts} className="mt-4 border-t pt-3" atEnd />;
}

/** Why tries failed, the latest first. */
function Errors({ errors }: { errors: JournalEntryDetails["errors"] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (errors.length === 0) return null;
  const shown = all ? errors : errors.slice(0, 3);
  return (
    <section className="mt-6">
      <h3 className="font-semibold">{t("webhooks.errors", { count: errors.length })}</h3>
      <ol aria-label={t("webhooks.errorList")} className="mt-2 border-t">
        {shown.map((error) => (
          <li key={error.id} className="border-b py-2">
            <p className="text-list font-medium wrap-anywhere text-danger first-letter:uppercase">
              {error.error}
            </p>
            <p className="text-meta text-ink-soft">
              {t("failures.try", { number: error.attempts })}, <RelativeTime at={error.at} />
            </p>
            <ErrorChain causes={error.cause_chain} />
          </li>
        ))}
      </ol>
      {shown.length < errors.length && (
        <Button look="quiet" className="mt-1" onClick={() => setAll(true)}>
          {t("webhooks.allErrors", { count: errors.length })}
        </Button>
      )}
    </section>
  );
}
