import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { TemplateVersion } from "@/api/types";
import { mayWrite, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { RelativeTime } from "@/ui/Time";

import { everyChannel } from "./form";
import { versionsQuery } from "./templates";

type Props = { id: string; current: number; onTakeUp: (version: TemplateVersion) => void };

/** What the template said before, newest first. Taking one up again makes a new version of it. */
export function Versions({ id, current, onTakeUp }: Props) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const versions = useQuery(versionsQuery(id));
  if (versions.isError) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <div className="h-24 skeleton" />;
  return (
    <ol className="max-w-2xl">
      {versions.data
        .toSorted((a, b) => b.version - a.version)
        .map((version) => (
          <li key={version.version} className="border-b py-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h3 className="font-medium">{t("templates.version", { version: version.version })}</h3>
              <span className="flex-1 text-list text-ink-soft">
                {version.by && `${version.by} · `}
                <RelativeTime at={version.at} />
              </span>
              {version.version === current ? (
                <span className="text-list text-success">{t("templates.current")}</span>
              ) : (
                writes && <Button onClick={() => onTakeUp(version)}>{t("templates.takeUp")}</Button>
              )}
            </div>
            {version.variants.map(({ name, bodies }) => (
              <p key={name} dir="auto" className="mt-1 line-clamp-3 user-text text-list text-ink-soft">
                {version.variants.length > 1 && <span className="font-medium">{name}: </span>}
                {bodies[everyChannel]}
              </p>
            ))}
          </li>
        ))}
    </ol>
  );
}
