import { useQuery } from "@tanstack/react-query";
import { Bot, CircleCheck, CircleX, FlaskConical, type LucideIcon, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Persona } from "@/api/types";
import { mayWrite, useUser } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { type Fact, FactList } from "@/ui/FactList";
import { Section } from "@/ui/Section";

import { personasQuery } from "./personas";
import { TrialDialog } from "./TrialDialog";
import { UseLine } from "./UseLine";

/** How often their folders are looked at while somebody edits them. */
const watchMs = 5000;

/** Who may answer customers besides the team, what is wrong with their files, and what they use. */
export function PersonasPage() {
  const { t } = useTranslation();
  const personas = useQuery({ ...personasQuery, refetchInterval: watchMs });
  const { data } = personas;
  return (
    <Section title={t("personas.title")} text={t("personas.text")}>
      {personas.isPending && <div className="h-40 skeleton" />}
      {personas.isError && !data && (
        <ErrorState error={personas.error} onRetry={() => void personas.refetch()} />
      )}
      {data && !data.enabled && (
        <Banner tone="note" icon={Bot} className="mb-4 rounded-md">
          {t("personas.disabled")} <code className="text-meta">personas.enabled = true</code>
        </Banner>
      )}
      {data?.items.length === 0 && (
        <EmptyState icon={Bot} title={t("personas.none")} text={t("personas.noneText")} />
      )}
      {data && data.items.length > 0 && (
        <>
          <UseLine used={data.used} currency={data.currency} />
          <ul aria-label={t("personas.title")} className="mt-3 border-t">
            {data.items.map((persona) => (
              <PersonaRow
                key={persona.slug}
                persona={persona}
                currency={data.currency}
                mayTry={data.enabled && persona.state !== "broken"}
              />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

type RowProps = { persona: Persona; currency: string; mayTry: boolean };

function PersonaRow({ persona, currency, mayTry }: RowProps) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const [trying, setTrying] = useState(false);
  return (
    <li className="border-b py-4 text-list">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <h3 dir="auto" className="font-medium wrap-anywhere">
            {persona.name ?? persona.slug}
          </h3>
          {persona.description && (
            <p dir="auto" className="text-ink-soft">
              {persona.description}
            </p>
          )}
          <StateLine persona={persona} />
          <Details persona={persona} />
          <UseLine used={persona.used} currency={currency} />
        </div>
        {mayTry && writes && (
          <Button onClick={() => setTrying(true)}>
            <FlaskConical aria-hidden className="size-4" />
            {t("personas.try")}
          </Button>
        )}
      </div>
      {persona.problems.length > 0 && (
        <ul className="mt-2 grid gap-1 rounded-md bg-danger-soft px-3 py-2 text-danger">
          {persona.problems.map(({ file, field, message }) => (
            <li key={`${file} ${field ?? ""} ${message}`} className="wrap-anywhere">
              <code className="text-meta">{[file, field].filter(Boolean).join(", ")}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <TrialDialog open={trying} onOpenChange={setTrying} slug={persona.slug} />
    </li>
  );
}

const looks: Record<string, { icon: LucideIcon; tone: string; word: "ready" | "kept" | "broken" }> = {
  ready: { icon: CircleCheck, tone: "text-success", word: "ready" },
  kept: { icon: TriangleAlert, tone: "text-warning", word: "kept" },
};
const broken = { icon: CircleX, tone: "text-danger", word: "broken" } as const;

function StateLine({ persona }: { persona: Persona }) {
  const { t } = useTranslation();
  const { icon: Icon, tone, word } = looks[persona.state] ?? broken;
  return (
    <p className={`mt-1 flex items-center gap-1.5 ${tone}`}>
      <Icon aria-hidden className="size-4" />
      {t(`personas.state.${word}`)}
    </p>
  );
}

/** Where it answers, with what it thinks, and what it may do. */
function Details({ persona }: { persona: Persona }) {
  const { t } = useTranslation();
  const { data: lines } = useQuery(linesQuery);
  const named = persona.lines.map(
    (slug) =>
      (slug === "*" ? t("personas.allLines") : lines?.find((line) => line.slug === slug)?.name) ?? slug,
  );
  const facts: Fact[] = [
    [t("personas.lines"), named.length > 0 ? new Intl.ListFormat().format(named) : t("personas.noLines")],
    [t("personas.model"), persona.model],
    [t("personas.tools"), persona.tools.length > 0 ? persona.tools.join(", ") : t("personas.noTools")],
    [t("personas.folder"), persona.slug],
  ];
  return <FactList facts={facts} className="mt-2" />;
}
