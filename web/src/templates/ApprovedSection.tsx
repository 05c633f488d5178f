import { useQuery } from "@tanstack/react-query";
import { Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { ContentTemplate } from "@/api/types";
import { mayWrite, useUser } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { Dialog } from "@/ui/Dialog";
import { IconButton } from "@/ui/IconButton";
import { showToast } from "@/ui/toasts";

import { ApprovedForm } from "./ApprovedForm";
import { contentQuery, useSyncContent } from "./content";

/** What WhatsApp approves, under our own templates; only where there is a line on WhatsApp. */
export function ApprovedSection() {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const { data: lines } = useQuery(linesQuery);
  const { data: templates } = useQuery(contentQuery);
  const sync = useSyncContent();
  const [making, setMaking] = useState(false);
  if (!lines?.some(({ channel }) => channel === "whatsapp")) return null;
  return (
    <section
      aria-label={t("approved.title")}
      className="max-h-1/2 shrink-0 overflow-y-auto border-t px-4 py-2"
    >
      <div className="flex items-center gap-1">
        <h2 className="min-w-0 flex-1 text-list font-semibold">{t("approved.title")}</h2>
        {writes && (
          <>
            <IconButton
              icon={RefreshCw}
              label={t("approved.sync")}
              disabled={sync.isPending}
              onClick={() => sync.mutate(undefined, { onError: (error) => showToast(errorText(error, t)) })}
            />
            <IconButton icon={Plus} label={t("approved.new")} onClick={() => setMaking(true)} />
          </>
        )}
      </div>
      {templates?.length === 0 && <p className="text-list text-ink-soft">{t("approved.none")}</p>}
      <ul className="grid gap-2 py-1">
        {templates?.map((template) => (
          <li key={template.id}>
            <ApprovedRow template={template} />
          </li>
        ))}
      </ul>
      <Dialog open={making} onOpenChange={setMaking} title={t("approved.newTitle")}>
        <ApprovedForm onDone={() => setMaking(false)} />
      </Dialog>
    </section>
  );
}

const tones: Record<string, string> = {
  approved: "text-success",
  rejected: "text-danger",
  paused: "text-warning",
};

function ApprovedRow({ template }: { template: ContentTemplate }) {
  const { t } = useTranslation();
  const { name, language, category, status, rejection, body, buttons } = template;
  return (
    <details className="rounded-md border px-2 py-1 text-list">
      <summary className="cursor-default">
        <span className="font-medium wrap-anywhere">{name}</span>{" "}
        <span className={tones[status] ?? "text-ink-soft"}>{t(`approved.status.${status}`, status)}</span>
        <span className="block text-meta text-ink-soft">
          {[language, category?.toLowerCase()].filter(Boolean).join(" · ")}
        </span>
      </summary>
      <p dir="auto" className="user-text pt-1">
        {body ?? t("approved.noText")}
      </p>
      {buttons.length > 0 && (
        <p className="pt-1 text-meta text-ink-soft">{buttons.map(({ title }) => title).join(" · ")}</p>
      )}
      {rejection && <p className="pt-1 text-meta text-danger">{rejection}</p>}
    </details>
  );
}
