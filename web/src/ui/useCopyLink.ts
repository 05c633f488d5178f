import { useTranslation } from "react-i18next";

import { showToast } from "./toasts";

/** Copies a link; where the browser forbids it (plain HTTP), shows it to be copied by hand. */
export function useCopyLink(): (url: string) => void {
  const { t } = useTranslation();
  return (url) => {
    // Absent outside secure contexts, whatever the type says.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    const copied = clipboard?.writeText(url) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => showToast(t("common.linkCopied")),
      () => showToast(url),
    );
  };
}
