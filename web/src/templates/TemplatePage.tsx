import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Archive, ArchiveRestore, ArrowLeft } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Template } from "@/api/types";
import { useTwoPanes } from "@/lib/useMediaQuery";
import { mayWrite, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Choice";
import { ErrorState } from "@/ui/ErrorState";
import { iconButtonClass } from "@/ui/IconButton";
import { showToast } from "@/ui/toasts";

import { contentDraft, draftOf, emptyDraft, type TemplateDraft } from "./form";
import { Results } from "./Results";
import { TemplateEditor } from "./TemplateEditor";
import { templateQuery, useArchiveTemplate } from "./templates";
import { Versions } from "./Versions";

/** One template: its text, how it came to be, what became of it. */
export function TemplatePage() {
  const { templateId } = useParams({ from: "/app/templates/$templateId" });
  return templateId === "new" ? <NewTemplate /> : <KnownTemplate key={templateId} id={templateId} />;
}

function NewTemplate() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [initial] = useState(emptyDraft);
  return (
    <>
      <header className="flex min-h-14 shrink-0 items-center gap-2 px-4 two:px-6">
        <Back />
        <Title>{t("templates.newTitle")}</Title>
      </header>
      <Scroll>
        <TemplateEditor
          initial={initial}
          version={0}
          onSaved={({ id }) =>
            void navigate({
              to: "/templates/$templateId",
              params: { templateId: id },
              search: (old) => old,
              // It is saved, even where the editor has not noticed yet.
              ignoreBlocker: true,
            })
          }
        />
      </Scroll>
    </>
  );
}

type Tab = "text" | "versions" | "results";

function KnownTemplate({ id }: { id: string }) {
  const { t } = useTranslation();
  const template = useQuery(templateQuery(id));
  const [tab, setTab] = useState<Tab>("text");
  /** What an older version said, taken up again; the editor starts anew from it. */
  const [takenUp, setTakenUp] = useState<TemplateDraft>();
  const { data } = template;
  if (template.isError) return <ErrorState error={template.error} onRetry={() => void template.refetch()} />;
  if (!data) return <div role="status" aria-label={t("common.loading")} className="m-6 h-40 skeleton" />;
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 two:px-6">
        <Back />
        <div className="min-w-0 flex-1">
          <Title>{data.name}</Title>
          <p className="text-meta text-ink-soft">
            {t("templates.version", { version: data.version })}
            {data.archived && ` · ${t("templates.archived")}`}
          </p>
        </div>
        <div className="order-last w-full three:order-none three:w-auto">
          <Choice
            legend={t("templates.view")}
            hideLegend
            value={tab}
            onChange={setTab}
            options={[
              { value: "text", label: t("templates.tabs.text") },
              { value: "versions", label: t("templates.tabs.versions") },
              { value: "results", label: t("templates.tabs.results") },
            ]}
          />
        </div>
        <ArchiveButton template={data} />
      </header>
      <Scroll>
        {tab === "text" && (
          <TemplateEditor
            key={`${data.version} ${takenUp?.variants[0]?.key ?? ""}`}
            id={id}
            initial={draftOf(data)}
            {...(takenUp && { start: takenUp })}
            version={data.version}
            onSaved={() => setTakenUp(undefined)}
          />
        )}
        {tab === "versions" && (
          <Versions
            id={id}
            current={data.version}
            onTakeUp={(version) => {
              setTakenUp({ ...draftOf(data), ...contentDraft(version) });
              setTab("text");
            }}
          />
        )}
        {tab === "results" && <Results id={id} current={data.version} />}
      </Scroll>
    </>
  );
}

/** Alone on a phone's screen it is the page's title. */
function Title({ children }: { children: string }) {
  const Heading = useTwoPanes() ? "h2" : "h1";
  return (
    <Heading dir="auto" className="truncate start-aligned text-touch font-semibold">
      {children}
    </Heading>
  );
}

function Scroll({ children }: { children: ReactNode }) {
  return <div className="min-h-0 flex-1 overflow-y-auto border-t px-4 py-5 two:px-6">{children}</div>;
}

function Back() {
  const { t } = useTranslation();
  return (
    <Link
      to="/templates"
      search={(old) => old}
      aria-label={t("templates.back")}
      className={iconButtonClass("-ms-2 two:hidden")}
    >
      <ArrowLeft aria-hidden className="size-5" />
    </Link>
  );
}

function ArchiveButton({ template }: { template: Template }) {
  const { t } = useTranslation();
  const archive = useArchiveTemplate(template.id);
  if (!mayWrite(useUser())) return null;
  const Icon = template.archived ? ArchiveRestore : Archive;
  const run = (put: boolean): void =>
    archive.mutate(put, {
      onSuccess: () => {
        if (put) showToast(t("templates.archivedToast"), { label: t("common.undo"), run: () => run(false) });
      },
      onError: (error) => showToast(errorText(error, t)),
    });
  return (
    <Button disabled={archive.isPending} onClick={() => run(!template.archived)}>
      <Icon aria-hidden className="size-4" />
      {t(template.archived ? "templates.restore" : "templates.archive")}
    </Button>
  );
}
