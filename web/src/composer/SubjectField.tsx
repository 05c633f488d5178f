import { Pencil } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { longestSubject } from "@/lib/subject";

import type { ComposerState } from "./useComposer";

/** What an email is about. An answer keeps its subject, which stays in the background until somebody changes it. */
export function SubjectField({ composer }: { composer: ComposerState }) {
  const { t } = useTranslation();
  const { subject } = composer;
  const field = useRef<HTMLInputElement>(null);
  const wanted = useRef(false);
  useEffect(() => {
    if (subject.isOpen && wanted.current) field.current?.select();
    wanted.current = false;
  }, [subject.isOpen]);
  if (!subject.isOpen)
    return (
      <button
        type="button"
        onClick={() => {
          wanted.current = true;
          subject.open();
        }}
        className="group flex min-h-9 w-full items-center gap-2 rounded-t-lg border-b px-3 text-start text-list text-ink-soft hover:bg-hover pointer-coarse:min-h-11"
      >
        <span className="sr-only">{t("composer.email.changeSubject")}</span>
        <span dir="auto" className="min-w-0 truncate start-aligned">
          {subject.answered}
        </span>
        <Pencil aria-hidden className="size-3.5 shrink-0 text-ink-faint group-hover:text-ink" />
      </button>
    );
  return (
    <input
      ref={field}
      dir="auto"
      value={subject.text}
      maxLength={longestSubject}
      aria-label={t("composer.email.subject")}
      placeholder={t("composer.email.subject")}
      autoComplete="off"
      onChange={(event) => subject.write(event.target.value)}
      onBlur={subject.close}
      className="block min-h-9 w-full rounded-t-lg border-b bg-transparent px-3 field-text font-medium outline-none placeholder:font-normal pointer-coarse:min-h-11"
    />
  );
}
