import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { PageHeader } from "@/ui/PageHeader";

const pages = [
  { to: "/settings/appearance", name: "appearance" },
  { to: "/settings/team", name: "team" },
  { to: "/settings/lines", name: "lines" },
  { to: "/settings/sending", name: "sending" },
  { to: "/settings/personas", name: "personas" },
  { to: "/settings/sessions", name: "sessions" },
] as const;

/** The frame of the settings: their names at the side (above, on a phone), one page at a time. */
export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <div className="flex h-full min-h-0 flex-col two:flex-row">
      <div className="shrink-0 border-b two:w-52 two:border-e two:border-b-0">
        <PageHeader title={t("nav.settings")} />
        <nav aria-label={t("nav.settings")} className="flex gap-1 overflow-x-auto px-2 pb-2 two:flex-col">
          {pages.map(({ to, name }) => (
            <Link
              key={to}
              to={to}
              activeProps={{ "aria-current": "page" }}
              className="flex min-h-8 shrink-0 items-center rounded-md px-2 text-list font-medium text-ink-soft hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-ink pointer-coarse:min-h-10"
            >
              {t(`settings.${name}.title`)}
            </Link>
          ))}
        </nav>
      </div>
      <div className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-surface">
        <div className="mx-auto max-w-2xl px-4 py-6 two:px-8">
          <Outlet />
        </div>
      </div>
    </div>
  );
}
