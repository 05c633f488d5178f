import { Paperclip } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";

/** Pictures we keep are shown; anything else is a link to open. */
export function MediaList({ media }: { media: Message["media"] }) {
  const { t } = useTranslation();
  return media.map(({ url, content_type: type }, index) =>
    type.startsWith("image/") && isOurs(url) ? (
      <a key={url} href={url} target="_blank" rel="noopener noreferrer" className="mt-0.5 mb-1.5 block">
        {/* The room is reserved, so that the thread does not move when the picture arrives. */}
        <img
          src={url}
          alt={t("thread.picture", { number: index + 1 })}
          loading="lazy"
          className="aspect-3/2 w-72 max-w-full rounded-md bg-hover object-cover"
        />
      </a>
    ) : (
      <a
        key={url}
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        className="mb-1 flex items-center gap-2 text-accent-text underline underline-offset-2"
      >
        <Paperclip aria-hidden className="size-4 shrink-0" />
        {t("thread.attachment", { type })}
      </a>
    ),
  );
}

/** The security policy lets pictures come from this origin only. */
function isOurs(url: string): boolean {
  return new URL(url, window.location.origin).origin === window.location.origin;
}
