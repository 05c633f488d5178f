import { Forward, MapPin, Pointer } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";

type Extras = NonNullable<Message["details"]>;

/** What stands above the text: that it was passed on, what it answers, the place it tells of. */
export function ExtrasAbove({ details }: { details: Extras }) {
  const { t } = useTranslation();
  const { forwarded, reply_to: quote, location } = details;
  return (
    <>
      {forwarded && (
        <p className="mb-0.5 flex items-center gap-1 text-meta text-ink-soft">
          <Forward aria-hidden className="size-3.5" />
          {t(forwarded === "often" ? "thread.forwardedOften" : "thread.forwardedOnce")}
        </p>
      )}
      {quote && (
        <blockquote className="mt-0.5 mb-1 border-s-2 border-accent ps-2 text-list text-ink-soft">
          <span className="sr-only">{t("thread.quoteOf")}</span>
          <span dir="auto" className="user-text line-clamp-2 text-start">
            {quote.text}
          </span>
        </blockquote>
      )}
      {location && <LocationCard location={location} />}
    </>
  );
}

/** A place, with a way to a map that only whoever wants it opens. */
function LocationCard({ location }: { location: NonNullable<Extras["location"]> }) {
  const { t } = useTranslation();
  const { latitude, longitude, address, label } = location;
  const at = `${latitude},${longitude}`;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  return (
    <div className="mt-0.5 mb-1 flex items-start gap-2 rounded-md border bg-surface p-2">
      <MapPin aria-hidden className="mt-0.5 size-5 shrink-0 text-accent-text" />
      <div className="min-w-0 text-list">
        <p dir="auto" className="start-aligned font-medium wrap-anywhere">
          {label ?? t("thread.location")}
        </p>
        <p dir="auto" className="start-aligned wrap-anywhere text-ink-soft">
          {address ?? at}
        </p>
        <a
          href={map}
          target="_blank"
          rel="noopener noreferrer"
          className="text-accent-text underline underline-offset-2"
        >
          {t("thread.openMap")}
        </a>
      </div>
    </div>
  );
}

/** They tapped a button instead of writing. */
export function TapMark({ details }: { details: Message["details"] }) {
  const { t } = useTranslation();
  if (!details?.tap) return null;
  return (
    <span title={t("thread.tapped")} className="me-1 inline-flex align-text-bottom text-ink-faint">
      <Pointer aria-hidden className="size-4" />
      <span className="sr-only">{t("thread.tapped")}</span>
    </span>
  );
}

/** What they can tap under a template. */
export function QuickReplies({ content }: { content: Pick<NonNullable<Message["content"]>, "buttons"> }) {
  const { t } = useTranslation();
  if (content.buttons.length === 0) return null;
  return (
    <ul aria-label={t("thread.quickReplies")} className="mt-1 flex flex-wrap justify-end gap-1">
      {content.buttons.map(({ title }) => (
        <li key={title} className="rounded-md border px-2 py-0.5 text-list text-ink-soft">
          {title}
        </li>
      ))}
    </ul>
  );
}
