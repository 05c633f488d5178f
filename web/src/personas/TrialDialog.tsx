import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Conversation } from "@/api/types";
import { formatMicros } from "@/lib/money";
import { displayName } from "@/lib/names";
import { useInstallation } from "@/session/session";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Choice";
import { Dialog } from "@/ui/Dialog";
import { FormError } from "@/ui/FormError";

import { personasQuery } from "./personas";
import { latestConversations, type Tried, useTrial } from "./useTrial";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Tried on this one; without it on the latest ones. */
  conversation?: Conversation;
  /** Which persona; without it it is chosen. */
  slug?: string;
};

const amounts = ["3", "10", "25"] as const;

/** What a persona would say, without anybody hearing it. */
export function TrialDialog({ open, onOpenChange, conversation, slug }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("personas.trial.title")}
      description={t(conversation ? "personas.trial.textHere" : "personas.trial.text")}
    >
      <Trial conversation={conversation} slug={slug} />
    </Dialog>
  );
}

function Trial({ conversation, slug }: Pick<Props, "conversation" | "slug">) {
  const { t } = useTranslation();
  const { data } = useQuery(personasQuery);
  const usable = (data?.items ?? []).filter(({ state }) => state !== "broken");
  const [chosen, setChosen] = useState(slug);
  const [amount, setAmount] = useState<(typeof amounts)[number]>("3");
  const [failed, setFailed] = useState<unknown>();
  const trial = useTrial();
  const persona = chosen ?? usable[0]?.slug;
  if (!data) return <div className="h-24 skeleton" />;
  if (!persona) return <p className="text-list text-ink-soft">{t("personas.trial.none")}</p>;
  const start = (): void => {
    setFailed(undefined);
    const find = (signal: AbortSignal): Promise<Conversation[]> =>
      conversation ? Promise.resolve([conversation]) : latestConversations(Number(amount), signal);
    trial.run(persona, find).catch((error: unknown) => {
      trial.stop();
      setFailed(error);
    });
  };
  return (
    <div className="grid gap-4">
      {!slug && usable.length > 1 && (
        <Choice
          legend={t("personas.trial.persona")}
          value={persona}
          options={usable.map(({ slug: value, name }) => ({ value, label: name ?? value }))}
          onChange={setChosen}
        />
      )}
      {!conversation && (
        <Choice
          legend={t("personas.trial.amount")}
          value={amount}
          options={amounts.map((value) => ({ value, label: value }))}
          onChange={setAmount}
        />
      )}
      <div className="flex items-center gap-3">
        <Button look={trial.running ? "plain" : "primary"} onClick={trial.running ? trial.stop : start}>
          {t(trial.running ? "personas.trial.stop" : "personas.trial.run")}
        </Button>
        <p role="status" className="text-list text-ink-soft tabular">
          {trial.running
            ? t("personas.trial.progress", { done: trial.done.length, total: trial.total || "…" })
            : trial.done.length > 0 && <Total done={trial.done} currency={data.currency} />}
        </p>
      </div>
      {failed !== undefined && <FormError>{errorText(failed, t)}</FormError>}
      <ol className="grid gap-4">
        {trial.done.map((tried) => (
          <Result key={tried.conversation.id} tried={tried} currency={data.currency} />
        ))}
      </ol>
    </div>
  );
}

function Total({ done, currency }: { done: Tried[]; currency: string }) {
  const { t } = useTranslation();
  const trials = done.flatMap((tried) => ("trial" in tried ? [tried.trial] : []));
  const tokens = trials.reduce((sum, trial) => sum + trial.tokens, 0);
  const micros = trials.reduce((sum, trial) => sum + trial.micros, 0);
  const cost = micros > 0 ? ` · ${formatMicros(micros, currency)}` : "";
  return `${t("personas.tokens", { count: tokens })}${cost}`;
}

/** What they wrote last, and what would have been answered. */
function Result({ tried, currency }: { tried: Tried; currency: string }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const { contact } = tried.conversation;
  return (
    <li className="border-t pt-3 text-list">
      <p dir="auto" className="font-medium">
        {displayName(contact, default_country)}
      </p>
      {"trial" in tried && (
        <q dir="auto" className="block text-ink-soft user-text">
          {tried.trial.asked}
        </q>
      )}
      {"error" in tried ? (
        <p role="alert" className="mt-1 text-danger">
          {errorText(tried.error, t)}
        </p>
      ) : (
        <Answer trial={tried.trial} currency={currency} />
      )}
    </li>
  );
}

function Answer({
  trial,
  currency,
}: {
  trial: Extract<Tried, { trial: unknown }>["trial"];
  currency: string;
}) {
  const { t } = useTranslation();
  const notes = [
    trial.hand_over && t("personas.trial.handOver", { reason: trial.hand_over }),
    trial.later && t("personas.trial.later", { text: trial.later }),
    trial.tags.length > 0 && t("personas.trial.tags", { tags: new Intl.ListFormat().format(trial.tags) }),
    ...trial.facts.map((fact) => t("personas.trial.fact", { fact })),
  ].filter((note) => typeof note === "string");
  const cost = trial.micros > 0 ? ` · ${formatMicros(trial.micros, currency)}` : "";
  return (
    <>
      {trial.text ? (
        <p dir="auto" className="mt-2 rounded-lg bg-accent-soft px-3 py-2 user-text">
          {trial.text}
        </p>
      ) : (
        <p className="mt-2 text-ink-soft">{t("personas.trial.silent")}</p>
      )}
      <ul className="mt-1 grid gap-0.5 text-meta text-ink-soft">
        {notes.map((note) => (
          <li key={note} dir="auto">
            {note}
          </li>
        ))}
        <li className="tabular">
          {trial.model} · {t("personas.tokens", { count: trial.tokens })}
          {cost}
        </li>
      </ul>
    </>
  );
}
