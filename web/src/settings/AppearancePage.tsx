import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";

import { isMac } from "@/lib/platform";
import { Choice } from "@/ui/Choice";

import { setPreference, usePreferences } from "./preferences";
import { Section } from "@/ui/Section";

/** What one person likes, on this device. */
export function AppearancePage() {
  const { t } = useTranslation();
  const { theme, density, sendKey } = usePreferences();
  return (
    <Section title={t("settings.appearance.title")} text={t("settings.appearance.text")}>
      <div className="grid gap-5 border-t pt-5">
        <Choice
          legend={t("settings.appearance.theme")}
          value={theme}
          onChange={(value) => setPreference("theme", value)}
          options={[
            {
              value: "system",
              label: t("settings.appearance.system"),
              icon: <Monitor aria-hidden className="size-4" />,
            },
            {
              value: "light",
              label: t("settings.appearance.light"),
              icon: <Sun aria-hidden className="size-4" />,
            },
            {
              value: "dark",
              label: t("settings.appearance.dark"),
              icon: <Moon aria-hidden className="size-4" />,
            },
          ]}
        />
        <Choice
          legend={t("settings.appearance.density")}
          hint={t("settings.appearance.densityHint")}
          value={density}
          onChange={(value) => setPreference("density", value)}
          options={[
            { value: "comfortable", label: t("settings.appearance.comfortable") },
            { value: "compact", label: t("settings.appearance.compact") },
          ]}
        />
        <Choice
          legend={t("settings.appearance.sendKey")}
          hint={t("settings.appearance.sendKeyHint")}
          value={sendKey}
          onChange={(value) => setPreference("sendKey", value)}
          options={[
            { value: "mod-enter", label: t("settings.appearance.sendMod", { mod: isMac ? "⌘" : "Ctrl" }) },
            { value: "enter", label: t("settings.appearance.sendEnter") },
          ]}
        />
      </div>
    </Section>
  );
}
