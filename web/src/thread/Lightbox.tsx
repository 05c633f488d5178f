import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { fileSize } from "@/lib/files";
import { IconButton, iconButtonClass } from "@/ui/IconButton";
import { useModal } from "@/ui/useModal";

import type { Shown } from "./MediaList";

type Props = { pictures: Shown[]; first: number; onClose: () => void };

/** Pictures at their full size, over the page. Arrow keys go from one to the next, Escape closes. */
export function Lightbox({ pictures, first, onClose }: Props) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [place, setPlace] = useState(first);
  const picture = pictures[Math.min(place, pictures.length - 1)];
  useModal(true);
  useEffect(() => dialog.current?.showModal(), []);
  if (!picture) return null;

  const name = picture.name ?? t("thread.picture");
  const go = (by: number): void => setPlace((now) => Math.min(pictures.length - 1, Math.max(0, now + by)));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowRight") go(1);
    if (event.key === "ArrowLeft") go(-1);
  };
  return (
    // The arrow keys of a modal dialog are its own.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-label={name}
      onClose={onClose}
      onKeyDown={onKeyDown}
      className="m-0 h-dvh max-h-none w-screen max-w-none flex-col bg-canvas p-0 text-ink backdrop:bg-scrim open:flex"
    >
      <header className="shrink-0 border-b safe-top">
        <div className="flex items-center gap-2 px-3 py-2">
          <p dir="auto" className="min-w-0 flex-1 truncate text-list font-medium">
            {name}
            <span className="ms-2 font-normal text-ink-soft tabular">
              {picture.width} × {picture.height}
              {picture.bytes ? ` · ${fileSize(picture.bytes)}` : ""}
              {pictures.length > 1 ? ` · ${place + 1} / ${pictures.length}` : ""}
            </span>
          </p>
          <a
            href={picture.url}
            download={picture.name ?? true}
            aria-label={t("thread.media.download")}
            className={iconButtonClass()}
          >
            <Download aria-hidden className="size-4" />
          </a>
          <IconButton icon={X} label={t("common.close")} onClick={() => dialog.current?.close()} />
        </div>
      </header>
      <div className="relative flex min-h-0 flex-1 items-center justify-center p-3 two:p-6">
        <img
          src={picture.url}
          alt={name}
          width={picture.width}
          height={picture.height}
          className="h-auto max-h-full w-auto max-w-full object-contain"
        />
        {pictures.length > 1 && (
          <div className="absolute inset-x-2 bottom-3 flex justify-center gap-2">
            <IconButton
              icon={ChevronLeft}
              label={t("thread.media.previous")}
              disabled={place === 0}
              onClick={() => go(-1)}
              className={iconButtonClass("bg-raised shadow-float")}
            />
            <IconButton
              icon={ChevronRight}
              label={t("thread.media.next")}
              disabled={place === pictures.length - 1}
              onClick={() => go(1)}
              className={iconButtonClass("bg-raised shadow-float")}
            />
          </div>
        )}
      </div>
    </dialog>
  );
}
