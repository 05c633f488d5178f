import { Link } from "@tanstack/react-router";
import { Check, ChevronRight, CircleAlert } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ProcessingError } from "@/api/types";
import { formatPhone } from "@/lib/phone";
import { exactTime } from "@/lib/time";
import { useInstallation } from "@/session/session";
import { buttonClass } from "@/ui/Button";
import { ListTime } from "@/ui/Time";

import { ErrorChain } from "./ErrorChain";
import type { FailureSearch } from "./filter";
import { errorOutcome, jobKind } from "./words";

type Props = {
  failure: ProcessingError;
  onSearch: (change: Pick<FailureSearch, "phone" | "session">) => void;
};

/** One error; unfolded, with what caused it and the way to the webhook it is about. */
export function Failure({ failure, onSearch }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const [open, setOpen] = useState(false);
  const details = useId();
  const isOver = failure.entry?.state === "processed";
  const outcome = errorOutcome(t, failure);
  const Mark = isOver ? Check : CircleAlert;
  const facts = [
    jobKind(t, failure.kind),
    t("failures.try", { number: failure.attempts }),
    failure.phone && formatPhone(failure.phone, default_country),
    outcome,
  ].filter(Boolean);
  return (
    <li className="border-b">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={details}
        onClick={() => setOpen(!open)}
        className="flex w-full gap-3 px-4 py-2.5 text-start hover:bg-hover"
      >
        <ChevronRight
          aria-hidden
          className={`mt-0.5 size-4 shrink-0 text-ink-faint transition-transform ${open ? "rotate-90" : ""}`}
        />
        <Mark aria-hidden className={`mt-0.5 size-4 shrink-0 ${isOver ? "text-success" : "text-danger"}`} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-3">
            <span
              className={`min-w-0 flex-1 font-medium wrap-anywhere first-letter:uppercase ${open ? "" : "line-clamp-2"}`}
            >
              {failure.error}
            </span>
            <span className="shrink-0 text-meta text-ink-faint">
              <ListTime at={failure.at} />
            </span>
          </span>
          <span className="block text-meta text-ink-soft tabular">{facts.join(" · ")}</span>
        </span>
      </button>
      {open && (
        <div id={details} className="ps-15 pe-4 pb-4">
          <p className="text-meta text-ink-soft">
            <time dateTime={failure.at}>{exactTime(failure.at)}</time>
            {failure.cause_chain.length === 0 && ` · ${t("failures.noCause")}`}
          </p>
          <ErrorChain causes={failure.cause_chain} />
          {failure.body && (
            <p dir="auto" className="mt-2 user-text start-aligned rounded-md bg-canvas px-3 py-2 text-list">
              {failure.body}
            </p>
          )}
          <div className="mt-3 flex flex-wrap gap-2">
            {failure.journal_id && (
              <Link
                to="/operations/webhooks/$entryId"
                params={{ entryId: failure.journal_id }}
                search={{}}
                className={buttonClass()}
              >
                {t("failures.toWebhook")}
              </Link>
            )}
            <Narrow to={{ phone: failure.phone }} label="failures.ofPhone" onSearch={onSearch} />
            <Narrow to={{ session: failure.session }} label="failures.ofSession" onSearch={onSearch} />
          </div>
        </div>
      )}
    </li>
  );
}

type NarrowProps = {
  to: { phone?: string | null | undefined } | { session?: string | null | undefined };
  label: "failures.ofPhone" | "failures.ofSession";
  onSearch: Props["onSearch"];
};

/** Shows only the errors of the same phone or session. */
function Narrow({ to, label, onSearch }: NarrowProps) {
  const { t } = useTranslation();
  const [entry] = Object.entries(to);
  if (!entry?.[1]) return null;
  const [name, value] = entry;
  return (
    <button type="button" className={buttonClass("quiet")} onClick={() => onSearch({ [name]: value })}>
      {t(label)}
    </button>
  );
}
