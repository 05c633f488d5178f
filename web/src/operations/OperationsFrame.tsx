import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { mayManageTeam, useUser } from "@/session/session";
import { PageHeader } from "@/ui/PageHeader";

const tabs = [
  { to: "/operations", name: "overview", exact: true },
  { to: "/operations/alerts", name: "alerts", exact: false },
  { to: "/operations/webhooks", name: "webhooks", exact: false },
  { to: "/operations/errors", name: "errors", exact: false },
  { to: "/operations/doctor", name: "doctor", exact: false },
] as const;

/** The pages for those who run the installation. What came in and what went wrong is for admins only. */
export function OperationsFrame() {
  const { t } = useTranslation();
  const admin = mayManageTeam(useUser());
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <PageHeader title={t("nav.operations")} />
      {admin && (
        <nav aria-label={t("nav.operations")} className="flex shrink-0 gap-1 overflow-x-auto px-2 pb-2">
          {tabs.map(({ to, name, exact }) => (
            <Link
              key={to}
              to={to}
              search={{}}
              activeOptions={{ exact, includeSearch: false }}
              activeProps={{ "aria-current": "page" }}
              className="inline-flex min-h-8 shrink-0 items-center rounded-md px-2 text-list font-medium text-ink-soft transition-colors hover:bg-hover hover:text-ink aria-[current]:bg-selected aria-[current]:text-ink pointer-coarse:min-h-10"
            >
              {t(`operations.tabs.${name}`)}
            </Link>
          ))}
        </nav>
      )}
      <Outlet />
    </div>
  );
}
