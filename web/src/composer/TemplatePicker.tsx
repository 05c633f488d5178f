import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { type KeyboardEvent, useEffect, useEffectEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Template } from "@/api/types";
import { everyChannel } from "@/templates/form";
import { previewQuery, templatesQuery } from "@/templates/templates";
import { showToast } from "@/ui/toasts";

import type { Inserted } from "./outbox";
import { matching } from "./slash";
import { TemplateValuesDialog } from "./TemplateValuesDialog";

/** Handles a key of the composer; says whether it was for the picker. */
export type PickerKeys = (event: KeyboardEvent) => boolean;

type Props = {
  id: string;
  query: string;
  contactId: string;
  channel: string | undefined;
  onInsert: (inserted: Inserted) => void;
  onClose: () => void;
  /** The keys stay with the composer; it hands them on while the picker is open. */
  keysRef: (keys: PickerKeys | null) => void;
  /** The element id of the chosen one, for screen readers. */
  onActive: (id: string | undefined) => void;
};

/** Templates above the composer, narrowed by what is typed after the slash. */
export function TemplatePicker({
  id,
  query,
  contactId,
  channel,
  onInsert,
  onClose,
  keysRef,
  onActive,
}: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, isPending, isError } = useQuery(templatesQuery({ q: "", archived: false }));
  const found = useMemo(() => matching(data ?? [], query), [data, query]);
  const [index, setIndex] = useState(0);
  const [asked, setAsked] = useState<Template>();
  const active = Math.min(index, Math.max(0, found.length - 1));
  const activeId = found[active] && `${id}-${found[active].id}`;

  const choose = async (template: Template): Promise<void> => {
    try {
      const request = {
        template_id: template.id,
        values: {},
        contact_id: contactId,
        ...(channel && { channel }),
      };
      const previews = await client.query(previewQuery(request));
      const [only] = previews;
      const complete =
        previews.length === 1 && only && only.missing.length + only.unknown.length + only.unfit.length === 0;
      if (complete) onInsert({ text: only.body, use: { id: template.id, variables: {} } });
      else setAsked(template);
    } catch (error) {
      showToast(errorText(error, t));
    }
  };
  const handle = useEffectEvent((event: KeyboardEvent): boolean => {
    const chosen = found[active];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setIndex((active + step + found.length) % found.length);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen && !event.shiftKey) void choose(chosen);
    else if (event.key === "Escape") onClose();
    else return false;
    event.preventDefault();
    return true;
  });
  useEffect(() => {
    keysRef((event) => handle(event));
    return () => keysRef(null);
  }, [keysRef]);
  useEffect(() => {
    onActive(activeId);
    return () => onActive(undefined);
  }, [onActive, activeId]);

  return (
    <div className="mb-2 overflow-hidden rounded-lg bg-raised shadow-float">
      {isPending && <div className="m-3 h-8 skeleton" />}
      {(isError || (data && found.length === 0)) && (
        <p className="px-3 py-2 text-list text-ink-soft">
          {data?.length === 0 ? t("composer.noTemplates") : t("composer.noTemplateFound")}{" "}
          <Link to="/templates" className="rounded-sm text-accent-text underline">
            {t("composer.toTemplates")}
          </Link>
        </p>
      )}
      <div
        id={id}
        role="listbox"
        aria-label={t("nav.templates")}
        className="max-h-72 overflow-y-auto p-1 empty:hidden"
      >
        {found.map((template, at) => (
          <button
            key={template.id}
            id={`${id}-${template.id}`}
            type="button"
            role="option"
            // The composer keeps the focus and hands on the keys.
            tabIndex={-1}
            aria-selected={at === active}
            ref={(row) => {
              if (at === active) row?.scrollIntoView({ block: "nearest" });
            }}
            onPointerMove={() => setIndex(at)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => void choose(template)}
            className={clsx("block w-full rounded-md px-2 py-1.5 text-start", at === active && "bg-hover")}
          >
            <span dir="auto" className="block truncate start-aligned text-list font-medium">
              {template.name}
            </span>
            <span dir="auto" className="block truncate start-aligned text-meta text-ink-soft">
              {template.variants[0]?.bodies[everyChannel]}
            </span>
          </button>
        ))}
      </div>
      {asked && (
        <TemplateValuesDialog
          template={asked}
          contactId={contactId}
          channel={channel}
          onInsert={onInsert}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}
