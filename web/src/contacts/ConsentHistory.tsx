import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ConsentEntry } from "@/api/types";
import { mayWrite, useUser } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { IconButton } from "@/ui/IconButton";
import { RelativeTime } from "@/ui/Time";

import { ConsentDialog } from "./ConsentDialog";
import { purposeName, sourceName } from "./consentWords";

const shownAtFirst = 3;

type Props = { contactId: string; items: ConsentEntry[] };

/** What a person agreed to and took back, newest first, each with where it is known from. */
export function ConsentHistory({ contactId, items }: Props) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const [recording, setRecording] = useState(false);
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, shownAtFirst);
  return (
    <section aria-label={t("contacts.consent")} className="mt-4 border-t pt-3">
      <div className="flex min-h-8 items-center justify-between">
        <h3 className="text-list font-medium">{t("contacts.consent")}</h3>
        {writes && <IconButton icon={Plus} label={t("contacts.record")} onClick={() => setRecording(true)} />}
      </div>
      {items.length === 0 && <p className="text-list text-ink-soft">{t("contacts.noConsent")}</p>}
      <ol className="grid gap-3">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {items.length > shown.length && (
        <button
          type="button"
          className="mt-2 rounded-sm text-list font-medium text-accent-text hover:underline"
          onClick={() => setAll(true)}
        >
          {t("contacts.allConsent", { count: items.length })}
        </button>
      )}
      <ConsentDialog contactId={contactId} open={recording} onOpenChange={setRecording} />
    </section>
  );
}

function Entry({ entry }: { entry: ConsentEntry }) {
  const { t } = useTranslation();
  const { status, purpose, source, at, wording, evidence, line_id, by } = entry;
  const { data: lines } = useQuery(linesQuery);
  const given = status === "given";
  const Icon = given ? CircleCheck : CircleX;
  const line = lines?.find(({ id }) => id === line_id);
  return (
    <li className="flex items-start gap-3 text-list">
      <Icon
        aria-hidden
        className={given ? "mt-0.5 size-4 shrink-0 text-success" : "mt-0.5 size-4 shrink-0 text-danger"}
      />
      <div className="min-w-0 flex-1">
        <p>
          {t(given ? "contacts.given" : "contacts.revoked", { purpose: purposeName(t, purpose) })}
          {line && <span className="text-ink-soft"> · {line.name}</span>}
        </p>
        <p className="text-meta text-ink-soft">
          {sourceName(t, source)}
          {by && ` · ${by}`} · <RelativeTime at={at} />
        </p>
        {(wording || evidence) && (
          <details className="text-meta text-ink-soft">
            <summary>{t("contacts.evidence")}</summary>
            {wording && (
              <q dir="auto" className="block user-text">
                {wording}
              </q>
            )}
            {evidence && <p className="user-text">{evidence}</p>}
          </details>
        )}
      </div>
    </li>
  );
}
