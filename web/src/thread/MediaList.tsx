import { clsx } from "clsx";
import { CircleSlash, Clock, Download, FileText, Link2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Media } from "@/api/types";
import { fileSize, kindOf } from "@/lib/files";

import { useFetchAgain } from "./messages";

/** Only looked at by those who open a picture. */
const Lightbox = lazy(async () => ({ default: (await import("./Lightbox")).Lightbox }));

/** The longest side of a picture in the thread, in pixels. */
const longestSide = 288;

/** What came or goes with a message: pictures, players, files, and what is not here yet or never will be. */
export function MediaList({ media, canWrite }: { media: readonly Media[]; canWrite: boolean }) {
  const [open, setOpen] = useState<number>();
  const pictures = media.filter(isPicture);
  if (media.length === 0) return null;
  return (
    <div className="mt-0.5 mb-1.5 flex flex-col items-start gap-1.5">
      {pictures.length > 0 && (
        <div className={clsx(pictures.length > 1 && "grid w-72 max-w-full grid-cols-2 gap-1")}>
          {pictures.map((file, place) => (
            <Picture
              key={file.id ?? place}
              file={file}
              number={place + 1}
              many={pictures.length > 1}
              onOpen={() => setOpen(place)}
            />
          ))}
        </div>
      )}
      {media
        .filter((file) => !isPicture(file))
        .map((file, index) => (
          <File key={file.id ?? index} file={file} canWrite={canWrite} />
        ))}
      {open !== undefined && (
        <Suspense>
          <Lightbox pictures={pictures} first={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

export type Shown = Media & { url: string; thumbnail_url: string; width: number; height: number };

/** Kept, and small enough for a small picture to be made of it. */
function isPicture(file: Media): file is Shown {
  return file.state === "kept" && Boolean(file.thumbnail_url && file.width && file.height);
}

type PictureProps = { file: Shown; number: number; many: boolean; onOpen: () => void };

/** Its room is reserved by its size, so that the thread does not move when it arrives. Several are squares. */
function Picture({ file, number, many, onOpen }: PictureProps) {
  const { t } = useTranslation();
  const scale = Math.min(1, longestSide / Math.max(file.width, file.height));
  const name = file.name ?? (many ? t("thread.pictureNumber", { number }) : t("thread.picture"));
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={t("thread.openPicture", { name })}
      className="block max-w-full overflow-hidden rounded-md bg-hover"
    >
      <img
        src={file.thumbnail_url}
        alt={name}
        width={Math.max(32, Math.round(file.width * scale))}
        height={Math.max(32, Math.round(file.height * scale))}
        loading="lazy"
        decoding="async"
        className={clsx("object-cover", many ? "aspect-square size-full" : "h-auto max-w-full")}
      />
    </button>
  );
}

function File({ file, canWrite }: { file: Media; canWrite: boolean }) {
  const { t } = useTranslation();
  if (file.state !== "kept" || !file.url) return <Missing file={file} canWrite={canWrite} />;
  const kind = kindOf(file.content_type);
  const name = file.name ?? t(`thread.file.${kind}`);
  // Captions are not in what people send each other.
  /* eslint-disable jsx-a11y/media-has-caption */
  if (kind === "audio")
    return (
      <audio controls preload="metadata" src={file.url} aria-label={name} className="h-10 w-72 max-w-full" />
    );
  if (kind === "video")
    return (
      <video
        controls
        preload="metadata"
        src={file.url}
        aria-label={name}
        className="aspect-video w-72 max-w-full rounded-md bg-hover"
      />
    );
  /* eslint-enable jsx-a11y/media-has-caption */
  return (
    <a href={file.url} download={file.name ?? true} className={clsx(cardClass, "hover:bg-hover")}>
      <FileText aria-hidden className="size-5 shrink-0 text-ink-soft" />
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block truncate text-list font-medium">
          {name}
        </span>
        <span className="block truncate text-meta text-ink-soft tabular">
          {[file.content_type, file.bytes && fileSize(file.bytes)].filter(Boolean).join(" · ")}
        </span>
      </span>
      <Download aria-hidden className="size-4 shrink-0 text-ink-soft" />
    </a>
  );
}

const cardClass = "flex w-72 max-w-full items-center gap-2.5 rounded-md border bg-surface px-3 py-2";

/** Not here: still being fetched, refused, gone, or never ours. */
function Missing({ file, canWrite }: { file: Media; canWrite: boolean }) {
  const { t } = useTranslation();
  const again = useFetchAgain();
  if (file.state === "elsewhere")
    return (
      <a
        href={file.url ?? ""}
        target="_blank"
        rel="noopener noreferrer"
        className="flex items-center gap-2 text-accent-text underline underline-offset-2"
      >
        <Link2 aria-hidden className="size-4 shrink-0" />
        {t("thread.attachment", { type: file.content_type ?? t("thread.file.file") })}
      </a>
    );
  const waits = file.state === "waiting";
  const Icon = waits ? Clock : CircleSlash;
  return (
    <div role="status" className={cardClass}>
      <Icon aria-hidden className="size-5 shrink-0 text-ink-soft" />
      <span className="min-w-0 flex-1">
        <span className="block text-list font-medium">
          {t(`thread.media.${waits ? "waiting" : "missing"}`)}
        </span>
        {file.reason && <span className="block text-meta text-ink-soft">{file.reason}</span>}
      </span>
      {!waits && canWrite && file.id && (
        <button
          type="button"
          disabled={again.isPending}
          onClick={() => file.id && again.mutate(file.id)}
          className="shrink-0 text-meta font-medium text-accent-text underline underline-offset-2"
        >
          {t("thread.media.again")}
        </button>
      )}
    </div>
  );
}
