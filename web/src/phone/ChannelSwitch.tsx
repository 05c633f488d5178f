import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import { ChannelSign } from "@/ui/ChannelSign";

import type { App } from "./simulator";

type Props = { name: string; apps: readonly App[]; shown: App; onShow: (app: App) => void };

/** Which of a phone's apps is open. */
export function ChannelSwitch({ name, apps, shown, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <div role="group" aria-label={t("phone.app", { name })} className="flex rounded-md bg-hover p-0.5">
      {apps.map((channel) => (
        <button
          key={channel}
          type="button"
          aria-pressed={channel === shown}
          onClick={() => onShow(channel)}
          className={clsx(
            "inline-flex min-h-7 items-center gap-1 rounded-sm px-2 text-meta font-medium pointer-coarse:min-h-9",
            channel === shown ? "bg-surface text-ink" : "text-ink-soft hover:text-ink",
          )}
        >
          <ChannelSign channel={channel} named={false} />
          {t(`channel.${channel}`)}
        </button>
      ))}
    </div>
  );
}
