import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { ContactFact } from "@/api/types";
import { mayWrite, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { showToast } from "@/ui/toasts";

import { factsQuery, useForgetFact } from "./personas";

/** What personas noted about a person. What is wrong, or nobody's business, is deleted here for good. */
export function Facts({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const { data: facts } = useQuery(factsQuery(contactId));
  if (!facts?.length) return null;
  return (
    <>
      <h4 className="mt-3 mb-1 text-meta font-medium text-ink-soft">{t("personas.facts")}</h4>
      <ul aria-label={t("personas.facts")} className="grid gap-1">
        {facts.map((fact) => (
          <FactRow key={fact.id} fact={fact} contactId={contactId} />
        ))}
      </ul>
    </>
  );
}

function FactRow({ fact, contactId }: { fact: ContactFact; contactId: string }) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const forget = useForgetFact(contactId);
  // It cannot be taken back, so it is asked first.
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex items-start gap-1">
      <span dir="auto" title={fact.persona} className="min-w-0 flex-1 py-1 user-text">
        {fact.text}
      </span>
      {writes && !asking && (
        <IconButton icon={Trash2} label={t("personas.forget")} onClick={() => setAsking(true)} />
      )}
      {asking && (
        <Button
          look="danger"
          autoFocus
          disabled={forget.isPending}
          onBlur={() => setAsking(false)}
          onClick={() => forget.mutate(fact.id, { onError: (error) => showToast(errorText(error, t)) })}
        >
          {t("personas.forgetSure")}
        </Button>
      )}
    </li>
  );
}
