import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Line } from "@/api/types";
import { channelName } from "@/lib/channels";
import { formatPhone } from "@/lib/phone";
import { mayManageTeam, useInstallation, useUser } from "@/session/session";

import { ChannelSign } from "@/ui/ChannelSign";

import { LineHealth } from "./LineHealth";

/** One line in a list: what it is called, what customers see, and how it is. */
export function LineRow({ line, lines }: { line: Line; lines: Line[] }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const admin = mayManageTeam(useUser());
  return (
    <>
      <ChannelSign channel={line.channel} named={false} className="text-ink-faint" />
      <span className="min-w-0 flex-1">
        {admin ? (
          <Link
            to="/settings/lines/$lineId"
            params={{ lineId: line.id }}
            className="block truncate rounded-sm font-medium hover:underline"
          >
            {line.name}
          </Link>
        ) : (
          <span className="block truncate font-medium">{line.name}</span>
        )}
        <span className="flex flex-wrap gap-x-2 text-list text-ink-soft">
          <span className="wrap-anywhere tabular">
            {line.channel === "email" ? line.address : formatPhone(line.address, default_country)}
          </span>
          <span>
            {t(line.simulated ? "settings.lines.simulated" : "settings.lines.provider", {
              channel: channelName(t, line.channel),
              provider: line.provider,
            })}
          </span>
        </span>
      </span>
      <LineHealth line={line} lines={lines} />
    </>
  );
}
