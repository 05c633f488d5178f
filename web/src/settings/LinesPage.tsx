import { useQuery } from "@tanstack/react-query";
import { MessageSquareText } from "lucide-react";
import { useTranslation } from "react-i18next";

import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";

import { linesQuery } from "./lines";
import { Rows } from "./Rows";
import { Section } from "./Section";

/** The numbers this installation sends and receives with. They are set in its configuration file. */
export function LinesPage() {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const lines = useQuery(linesQuery);
  return (
    <Section title={t("settings.lines.title")} text={t("settings.lines.text")}>
      <Rows query={lines} label={t("settings.lines.title")} empty={t("settings.lines.empty")}>
        {(line) => (
          <>
            <MessageSquareText aria-hidden className="size-4 text-ink-faint" />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{line.name}</span>
              <span className="block text-list text-ink-soft tabular">
                {formatPhone(line.address, default_country)}
              </span>
            </span>
            <span className="text-list text-ink-soft">
              {t(line.simulated ? "settings.lines.simulated" : "settings.lines.provider", {
                channel: line.channel.toUpperCase(),
                provider: line.provider,
              })}
            </span>
          </>
        )}
      </Rows>
    </Section>
  );
}
