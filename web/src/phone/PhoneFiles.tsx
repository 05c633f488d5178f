import { clsx } from "clsx";
import { Paperclip, X } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

/** As many as a message takes along. */
const mostFiles = 10;

type Props = { files: File[]; onChange: (files: File[]) => void; className?: string };

/** The files that will go along, each with a way to take it back. */
export function ChosenFiles({ files, onChange, className }: Props) {
  const { t } = useTranslation();
  return files.map((file) => (
    <p key={file.name} className={clsx("flex items-center gap-1 text-meta text-ink-soft", className)}>
      <span className="min-w-0 flex-1 truncate">{file.name}</span>
      <button
        type="button"
        aria-label={t("phone.remove", { name: file.name })}
        onClick={() => onChange(files.filter((other) => other !== file))}
        className="rounded-sm p-1 hover:bg-hover"
      >
        <X aria-hidden className="size-3" />
      </button>
    </p>
  ));
}

/** Chooses further files. */
export function AttachFiles({ files, onChange, className }: Props) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("phone.attach")}
        onChange={(event) => {
          onChange([...files, ...Array.from(event.target.files ?? [])].slice(0, mostFiles));
          event.target.value = "";
        }}
      />
      <button
        type="button"
        aria-label={t("phone.attach")}
        onClick={() => picker.current?.click()}
        className={clsx(
          "flex size-7 shrink-0 items-center justify-center rounded-full text-ink-soft hover:bg-hover pointer-coarse:size-9",
          className,
        )}
      >
        <Paperclip aria-hidden className="size-4" />
      </button>
    </>
  );
}
