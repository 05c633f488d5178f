import { useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { BubbleText } from "./BubbleText";
import { emailQuery } from "./messages";

export const quietAction =
  "inline-flex min-h-7 items-center gap-1.5 rounded-sm text-meta font-medium text-ink-soft hover:text-ink pointer-coarse:min-h-10";

/** What an email repeats of earlier ones: folded away, and only fetched when somebody unfolds it. */
export function QuotedHistory({ id }: { id: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const region = useId();
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? region : undefined}
        onClick={() => setOpen(!open)}
        className={quietAction}
      >
        <Ellipsis aria-hidden className="size-3.5" />
        {t(open ? "thread.email.hideQuoted" : "thread.email.showQuoted")}
      </button>
      {open && (
        <div id={region} className="w-full">
          <Quoted id={id} />
        </div>
      )}
    </>
  );
}

function Quoted({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, isError } = useQuery(emailQuery(id));
  if (isError) return <p className="text-list text-danger">{t("errors.couldNotLoad")}</p>;
  if (!data) return <div className="h-10 skeleton" />;
  return (
    <blockquote
      dir="auto"
      className="mt-1 mb-1.5 max-w-[68ch] border-s-2 border-outline ps-3 user-text text-start text-list text-ink-soft"
    >
      <BubbleText text={data.quoted} />
    </blockquote>
  );
}
