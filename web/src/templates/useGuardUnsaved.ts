import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Leaving with unsaved changes asks first, also when the tab is closed. */
export function useGuardUnsaved(unsaved: boolean): void {
  const { t } = useTranslation();
  useBlocker({
    shouldBlockFn: () => !window.confirm(t("templates.leave")),
    enableBeforeUnload: true,
    disabled: !unsaved,
  });
}
