import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { lineSettingsQuery } from "./lineSettings";

/** Lines that are there and cannot be used, or that were removed and can still be restored. */
export function NotInUse() {
  const { t } = useTranslation();
  const { data } = useQuery(lineSettingsQuery);
  const lines = data?.items.filter(({ state }) => state !== "ready") ?? [];
  if (lines.length === 0) return null;
  return (
    <ul aria-label={t("lines.notInUse")} className="mt-6 border-t">
      {lines.map(({ id, name, state, problem }) => (
        <li key={id} className="flex min-h-11 flex-wrap items-center gap-x-4 border-b py-2 text-list">
          <Link
            to="/settings/lines/$lineId"
            params={{ lineId: id }}
            className="rounded-sm font-medium hover:underline"
          >
            {name}
          </Link>
          <span className={state === "locked" ? "text-danger" : "text-ink-soft"}>
            {state === "locked" ? t("lines.locked", { problem }) : t("lines.removedShort")}
          </span>
        </li>
      ))}
    </ul>
  );
}
