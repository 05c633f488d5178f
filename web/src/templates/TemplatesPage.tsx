import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Plus, MessageSquareQuote } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Template } from "@/api/types";
import { useShortcut } from "@/keyboard/useShortcut";
import { useTwoPanes } from "@/lib/useMediaQuery";
import { mayWrite, useUser } from "@/session/session";
import { buttonClass } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { SearchField } from "@/ui/SearchField";

import { ApprovedSection } from "./ApprovedSection";
import { everyChannel } from "./form";
import { templatesQuery } from "./templates";

/** Texts that are written once and used often; one opens beside the list. */
export function TemplatesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { q = "", archived = false } = useSearch({ from: "/app/templates" });
  const { templateId } = useParams({ strict: false });
  const beside = useTwoPanes();
  const search = useRef<HTMLInputElement>(null);
  useShortcut("list.search", () => search.current?.focus());
  const change = (next: { q?: string; archived?: boolean }): void => {
    const { q: words, archived: old } = { q, archived, ...next };
    void navigate({
      to: ".",
      search: { q: words || undefined, ...(old && { archived: true }) },
      replace: true,
    });
  };
  return (
    <div className="flex h-full min-h-0">
      <div
        className={clsx(
          "flex w-full shrink-0 flex-col two:w-72 two:border-e",
          templateId !== undefined && "hidden two:flex",
        )}
      >
        <PageHeader title={t("nav.templates")}>
          {mayWrite(useUser()) && (
            <Link
              to="/templates/$templateId"
              params={{ templateId: "new" }}
              search={(old) => old}
              className={buttonClass()}
            >
              <Plus aria-hidden className="size-4" />
              {t("templates.new")}
            </Link>
          )}
        </PageHeader>
        <div className="flex px-4 pb-2">
          <SearchField
            label={t("templates.search")}
            value={q}
            fieldRef={search}
            onSearch={(next) => change({ q: next })}
          />
        </div>
        <TemplateList q={q} archived={archived} openId={templateId} />
        <ApprovedSection />
        <label className="flex min-h-11 items-center gap-2 border-t px-4 text-list text-ink-soft">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={archived}
            onChange={(event) => change({ archived: event.target.checked })}
          />
          {t("templates.showArchived")}
        </label>
      </div>
      {templateId !== undefined && (
        <div className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
          <Outlet />
        </div>
      )}
      {templateId === undefined && beside && (
        <div className="min-w-0 flex-1 bg-surface">
          <EmptyState
            icon={MessageSquareQuote}
            title={t("templates.teachTitle")}
            text={t("templates.teachText")}
          />
        </div>
      )}
    </div>
  );
}

type ListProps = { q: string; archived: boolean; openId: string | undefined };

function TemplateList({ q, archived, openId }: ListProps) {
  const { t } = useTranslation();
  const list = useQuery(templatesQuery({ q, archived }));
  if (list.isPending) {
    return (
      <div
        role="status"
        aria-label={t("common.loading")}
        className="grid flex-1 content-start gap-4 px-4 py-2"
      >
        {[0, 1, 2, 3].map((row) => (
          <div key={row} className="h-10 skeleton" />
        ))}
      </div>
    );
  }
  if (list.isError) {
    return (
      <div className="flex-1">
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      </div>
    );
  }
  if (list.data.length === 0) {
    const view = q ? "noneFound" : archived ? "noneArchived" : "none";
    return <p className="flex-1 px-4 py-2 text-list text-ink-soft">{t(`templates.${view}`)}</p>;
  }
  return (
    <ul aria-label={t("nav.templates")} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      {list.data.map((template) => (
        <li key={template.id}>
          <TemplateRow template={template} isOpen={template.id === openId} />
        </li>
      ))}
    </ul>
  );
}

function TemplateRow({ template, isOpen }: { template: Template; isOpen: boolean }) {
  const { t } = useTranslation();
  const { id, name, variants } = template;
  return (
    <Link
      to="/templates/$templateId"
      params={{ templateId: id }}
      search={(old) => old}
      aria-current={isOpen ? "true" : undefined}
      className="block rounded-md px-2 py-2 hover:bg-hover aria-[current]:bg-selected"
    >
      <span className="flex items-baseline gap-2">
        <span dir="auto" className="min-w-0 flex-1 truncate start-aligned font-medium">
          {name}
        </span>
        {variants.length > 1 && (
          <span className="shrink-0 text-meta text-ink-faint">
            {t("templates.variantCount", { count: variants.length })}
          </span>
        )}
      </span>
      <span dir="auto" className="block truncate start-aligned text-list text-ink-soft">
        {variants[0]?.bodies[everyChannel]}
      </span>
    </Link>
  );
}
