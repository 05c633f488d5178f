import { useQuery } from "@tanstack/react-query";
import { Image, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { useModal } from "@/ui/useModal";

import { emailQuery, layoutUrl } from "./messages";

type Props = { message: Message; subject: string; onClose: () => void };

/**
 * An email as its sender laid it out, in a frame without rights: nothing runs there, and its page has no address of
 * ours. Images that lie elsewhere tell their owner who looks, so they are fetched when somebody asks, for this email.
 */
export function EmailLayout({ message, subject, onClose }: Props) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [withImages, setWithImages] = useState(false);
  const { data } = useQuery(emailQuery(message.id));
  useModal(true);
  useEffect(() => dialog.current?.showModal(), []);
  const title = subject.trim() || t("thread.email.noSubject");
  return (
    <dialog
      ref={dialog}
      aria-label={t("thread.email.layoutOf", { subject: title })}
      onClose={onClose}
      className="m-auto h-dvh max-h-none w-screen max-w-none flex-col bg-raised p-0 text-ink shadow-float backdrop:bg-scrim open:flex two:h-[min(56rem,90dvh)] two:w-[min(52rem,92vw)] two:rounded-lg"
    >
      <header className="shrink-0 border-b safe-top">
        <div className="flex items-start gap-3 px-4 py-3">
          <div className="min-w-0 flex-1">
            <h2 dir="auto" className="start-aligned font-semibold wrap-anywhere">
              {title}
            </h2>
            <p className="truncate text-meta text-ink-soft">{message.from}</p>
          </div>
          <IconButton icon={X} label={t("common.close")} onClick={() => dialog.current?.close()} />
        </div>
      </header>
      {data?.has_remote_images && (
        <div className="flex shrink-0 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b bg-note-soft px-4 py-2">
          <p role="status" className="min-w-0 flex-1 basis-60 text-list text-note">
            {t(withImages ? "thread.email.imagesShown" : "thread.email.imagesHidden")}
          </p>
          {!withImages && (
            <Button onClick={() => setWithImages(true)}>
              <Image aria-hidden className="size-4" />
              {t("thread.email.showImages")}
            </Button>
          )}
        </div>
      )}
      <iframe
        title={t("thread.email.layoutOf", { subject: title })}
        src={layoutUrl(message.id, withImages)}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        // The sender chose their colours for paper.
        className="min-h-0 w-full flex-1 bg-[white]"
      />
    </dialog>
  );
}
