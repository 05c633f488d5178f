import { useQuery } from "@tanstack/react-query";
import { Bot, BotOff, FlaskConical, type LucideIcon, UserRoundCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Conversation, ConversationPersona, PersonaList, PersonaRun } from "@/api/types";
import { formatMicros } from "@/lib/money";
import { mayWrite, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { Facts } from "./Facts";
import { conversationPersonaQuery, personasQuery, useSetPersonaMode } from "./personas";
import { TrialDialog } from "./TrialDialog";
import { UseLine } from "./UseLine";
import { outcomeName } from "./words";

/** Who answers here, what personas did and know, and the way to take over. Nothing while there are none. */
export function PersonaPanel({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { data: all } = useQuery(personasQuery);
  const { data: here } = useQuery(conversationPersonaQuery(conversation.id));
  if (!all || !here) return null;
  const inUse = all.enabled && all.items.some(({ lines }) => lines.length > 0);
  if (!inUse && here.runs.length === 0 && here.mode === "answers") return null;
  return (
    <section aria-label={t("personas.title")} className="mt-4 border-t pt-3 text-list">
      <h3 className="flex min-h-8 items-center font-medium">{t("personas.title")}</h3>
      <Mode id={conversation.id} here={here} />
      <UseLine used={here.used} currency={all.currency} />
      {here.tags.length > 0 && (
        <ul aria-label={t("personas.tags")} className="mt-2 flex flex-wrap gap-1">
          {here.tags.map((tag) => (
            <li key={tag} dir="auto" className="rounded-sm bg-hover px-1.5 py-0.5 text-meta">
              {tag}
            </li>
          ))}
        </ul>
      )}
      {here.summary && (
        <details className="mt-2">
          <summary className="text-ink-soft">{t("personas.summary")}</summary>
          <p dir="auto" className="mt-1 user-text">
            {here.summary}
          </p>
        </details>
      )}
      <Facts contactId={conversation.contact.id} />
      <Runs runs={here.runs} personas={all} />
      {all.enabled && <TryHere conversation={conversation} />}
    </section>
  );
}

const looks: Record<ConversationPersona["mode"], { icon: LucideIcon; tone: string }> = {
  answers: { icon: Bot, tone: "text-success" },
  off: { icon: BotOff, tone: "text-ink-soft" },
  handed_over: { icon: UserRoundCheck, tone: "text-warning" },
};

function Mode({ id, here }: { id: string; here: ConversationPersona }) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const set = useSetPersonaMode(id);
  const { icon: Icon, tone } = looks[here.mode];
  const answers = here.mode === "answers";
  const run = (mode: "answers" | "off"): void =>
    set.mutate(mode, {
      onSuccess: () =>
        showToast(t(mode === "off" ? "personas.nowOff" : "personas.nowAnswers"), {
          label: t("common.undo"),
          run: () => run(mode === "off" ? "answers" : "off"),
        }),
      onError: (error) => showToast(errorText(error, t)),
    });
  return (
    <div className="flex flex-wrap items-start justify-between gap-2">
      <p className="flex min-w-0 flex-1 basis-40 items-start gap-2">
        <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
        <span className="min-w-0">
          {t(`personas.mode.${here.mode}`)}
          {here.reason && (
            <span dir="auto" className="block text-ink-soft user-text">
              {here.reason}
            </span>
          )}
          {here.changed_at && (
            <span className="block text-meta text-ink-soft">
              {here.by && `${here.by} · `}
              <RelativeTime at={here.changed_at} />
            </span>
          )}
        </span>
      </p>
      {writes && (
        <Button disabled={set.isPending} onClick={() => run(answers ? "off" : "answers")}>
          {t(answers ? "personas.takeOver" : "personas.giveBack")}
        </Button>
      )}
    </div>
  );
}

const shownAtFirst = 3;

/** What they did lately, and why they did not. */
function Runs({ runs, personas: { items, currency } }: { runs: PersonaRun[]; personas: PersonaList }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (runs.length === 0) return null;
  const shown = all ? runs : runs.slice(0, shownAtFirst);
  const nameOf = (slug: string): string => items.find((persona) => persona.slug === slug)?.name ?? slug;
  return (
    <>
      <h4 className="mt-3 mb-1 text-meta font-medium text-ink-soft">{t("personas.lately")}</h4>
      <ol className="grid gap-2">
        {shown.map((run) => (
          <li key={run.id}>
            <p className="flex justify-between gap-2">
              <span>{outcomeName(t, run.outcome)}</span>
              <span className="text-meta text-ink-soft">
                <RelativeTime at={run.started_at} />
              </span>
            </p>
            <p className="text-meta text-ink-soft tabular">
              {[nameOf(run.persona), run.micros > 0 && formatMicros(run.micros, currency)]
                .filter(Boolean)
                .join(" · ")}
            </p>
            {run.reason && (
              <p dir="auto" className="text-meta text-ink-soft user-text">
                {run.reason}
              </p>
            )}
          </li>
        ))}
      </ol>
      {runs.length > shown.length && (
        <button
          type="button"
          className="mt-2 rounded-sm font-medium text-accent-text hover:underline"
          onClick={() => setAll(true)}
        >
          {t("personas.allRuns", { count: runs.length })}
        </button>
      )}
    </>
  );
}

function TryHere({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const [open, setOpen] = useState(false);
  if (!writes) return null;
  return (
    <>
      <Button look="quiet" className="-ms-3 mt-2" onClick={() => setOpen(true)}>
        <FlaskConical aria-hidden className="size-4" />
        {t("personas.tryHere")}
      </Button>
      <TrialDialog open={open} onOpenChange={setOpen} conversation={conversation} />
    </>
  );
}
