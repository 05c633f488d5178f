import { ChevronDown } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Line, Way } from "@/api/types";
import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";
import { ChannelSign } from "@/ui/ChannelSign";
import { Menu } from "@/ui/Menu";

import type { ComposerState } from "./useComposer";

/** By which channel and line the reply leaves; only where there is a choice. */
export function WayPicker({ composer }: { composer: ComposerState }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const { lines, line, ways, chooseLine } = composer;
  if (lines.length < 2 || !line) return null;
  const why = (each: Line, way: Way | undefined): string | undefined => {
    if (!way || way.reaches) return formatPhone(each.address, default_country);
    return way.by_template ? t("composer.byTemplateOnly") : (way.reason ?? undefined);
  };
  const options = lines.map((each) => {
    const detail = why(
      each,
      ways?.find((way) => way.line.id === each.id),
    );
    return { value: each.id, label: each.name, sign: each.channel, ...(detail && { detail }) };
  });
  return (
    <Menu
      side="top"
      align="start"
      label={t("composer.chooseLine")}
      trigger={(props) => (
        <button
          type="button"
          className="-ms-1 inline-flex min-h-7 min-w-0 items-center gap-1 rounded-md px-1 text-meta text-ink-soft hover:bg-hover pointer-coarse:min-h-10"
          {...props}
        >
          <ChannelSign channel={line.channel} />
          <span className="truncate">{t("composer.from", { line: line.name })}</span>
          <ChevronDown aria-hidden className="size-3 shrink-0" />
        </button>
      )}
      choice={{ value: line.id, options, onChange: chooseLine }}
    />
  );
}
