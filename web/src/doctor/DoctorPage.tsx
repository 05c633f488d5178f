import { CircleAlert, CircleCheck, CircleMinus, CircleX, Stethoscope } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import type { DoctorCheck } from "@/api/types";
import { ListSkeleton } from "@/conversations/ListSkeleton";
import { exactTime } from "@/lib/time";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { Section } from "@/ui/Section";

import { useDoctor } from "./doctor";

/** Whether everything works together, and what to do where it does not. */
export function DoctorPage() {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useDoctor();
  useEffect(() => mutate(), [mutate]);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="max-w-4xl px-4 pt-2 pb-6">
        <Section
          title={data ? t(`doctor.summary.${data.state}`) : t("doctor.title")}
          text={t("doctor.text")}
          action={
            <Button disabled={isPending} onClick={() => mutate()}>
              <Stethoscope aria-hidden className="size-4" />
              {t(isPending ? "doctor.busy" : "doctor.again")}
            </Button>
          }
        >
          {isPending && <ListSkeleton rowHeight={56} />}
          {error && <ErrorState error={error} onRetry={() => mutate()} />}
          {data && (
            <>
              <ul aria-label={t("doctor.title")} className="border-t">
                {data.checks.map((check) => (
                  <CheckRow key={`${check.name} ${check.line ?? ""}`} check={check} />
                ))}
              </ul>
              <p className="pt-2 text-meta text-ink-soft">
                {t("doctor.at")} <time dateTime={data.at}>{exactTime(data.at)}</time>
              </p>
            </>
          )}
        </Section>
      </div>
    </div>
  );
}

const marks = {
  ok: { Mark: CircleCheck, look: "text-success" },
  skipped: { Mark: CircleMinus, look: "text-ink-faint" },
  warning: { Mark: CircleAlert, look: "text-warning" },
  failed: { Mark: CircleX, look: "text-danger" },
} as const;

type Name =
  "alerts" | "balance" | "clock" | "configuration" | "credentials" | "database" | "disk" | "nodes" | "queue";
type Rest = "reachability" | "schema" | "signature" | "spool" | "time" | "webhook_addresses";

function CheckRow({ check: { name, line, state, found, what_to_do } }: { check: DoctorCheck }) {
  const { t } = useTranslation();
  const { Mark, look } = marks[state];
  return (
    <li className="flex gap-3 border-b py-2.5">
      <Mark aria-hidden className={`mt-0.5 size-5 shrink-0 ${look}`} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {t(`doctor.names.${name as Name | Rest}`)}
          {line && <span className="font-normal text-ink-soft">, {line}</span>}
          <span className="sr-only">: {t(`doctor.states.${state}`)}</span>
        </p>
        <p className="text-list wrap-anywhere text-ink-soft">{found}</p>
        {what_to_do && <p className="mt-0.5 text-list wrap-anywhere">{what_to_do}</p>}
      </div>
    </li>
  );
}
