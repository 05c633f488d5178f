import { clsx } from "clsx";
import { FileText, RotateCcw, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { fileSize } from "@/lib/files";
import { useWriting } from "@/live/LiveProvider";

import type { Attachment } from "./attachments";
import { fileProblem } from "./mediaLimits";
import type { ComposerState } from "./useComposer";

/** What goes along with the reply: each file with its picture, how far it is, and the way to take it off again. */
export function AttachmentTray({ composer }: { composer: ComposerState }) {
  const { t } = useTranslation();
  const { files } = composer.attached;
  if (files.length === 0) return null;
  return (
    <ul aria-label={t("composer.files.list")} className="flex flex-wrap gap-2 px-3 pt-3">
      {files.map((file) => (
        <Tile
          key={file.key}
          file={file}
          conversationId={composer.conversationId}
          refused={composer.line ? fileProblem(composer.line.media, file) !== undefined : false}
        />
      ))}
    </ul>
  );
}

type TileProps = { file: Attachment; conversationId: string; refused: boolean };

function Tile({ file, conversationId, refused }: TileProps) {
  const { t } = useTranslation();
  const { attachments } = useWriting();
  const { key, name, state, bytes } = file;
  const shown = name || t("thread.file.file");
  const failed = state === "failed";
  return (
    <li
      className={clsx(
        "relative flex h-14 w-full items-center gap-2.5 overflow-hidden rounded-md border p-1.5 two:w-60",
        (failed || refused) && "border-danger",
      )}
    >
      <Thumbnail file={file} />
      <div className="min-w-0 flex-1">
        <p dir="auto" title={shown} className="truncate start-aligned text-list font-medium">
          {shown}
        </p>
        <p className={clsx("truncate text-meta tabular", failed ? "text-danger" : "text-ink-soft")}>
          {failed ? (file.reason ?? t("composer.files.failed")) : fileSize(bytes)}
          {state === "uploading" && ` · ${t("composer.files.uploading", { share: file.progress })}`}
        </p>
      </div>
      {failed && (
        <TileButton
          icon={RotateCcw}
          label={t("composer.files.again", { name: shown })}
          onClick={() => attachments.start(key)}
        />
      )}
      <TileButton
        icon={X}
        label={t(state === "uploading" ? "composer.files.cancel" : "composer.files.remove", { name: shown })}
        onClick={() => attachments.remove(conversationId, key)}
      />
      {state === "uploading" && (
        <progress
          value={file.progress}
          max={1}
          aria-label={t("composer.files.progress", { name: shown })}
          className="absolute inset-x-0 bottom-0 block h-0.5 w-full appearance-none bg-transparent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
        />
      )}
    </li>
  );
}

function Thumbnail({ file }: { file: Attachment }) {
  const picture = file.preview ?? file.media?.thumbnail_url;
  if (!picture)
    return (
      <span className="flex size-11 shrink-0 items-center justify-center rounded-sm bg-hover text-ink-soft">
        <FileText aria-hidden className="size-5" />
      </span>
    );
  return <img src={picture} alt="" className="size-11 shrink-0 rounded-sm bg-hover object-cover" />;
}

type TileButtonProps = { icon: typeof X; label: string; onClick: () => void };

function TileButton({ icon: Icon, label, onClick }: TileButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-ink-soft hover:bg-hover hover:text-ink pointer-coarse:size-10"
    >
      <Icon aria-hidden className="size-4" />
    </button>
  );
}
