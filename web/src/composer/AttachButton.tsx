import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { IconButton } from "@/ui/IconButton";

/** Chooses files to go along; the same as pasting them or dropping them on the thread. */
export function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("composer.files.choose")}
        onChange={(event) => {
          onFiles(Array.from(event.target.files ?? []));
          // So that the same file can be chosen again after it was taken off.
          event.target.value = "";
        }}
      />
      <IconButton
        icon={Paperclip}
        label={t("composer.files.attach")}
        onClick={() => picker.current?.click()}
        className="-ms-1.5"
      />
    </>
  );
}
