import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Template, Variable } from "@/api/types";
import { useDebounced } from "@/lib/useDebounced";
import { previewQuery } from "@/templates/templates";
import { UnfitValues } from "@/templates/UnfitValues";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Field";

import type { Inserted } from "./outbox";
import { countSegments } from "./segments";

type Props = {
  template: Template;
  contactId: string;
  channel: string | undefined;
  onInsert: (inserted: Inserted) => void;
  onClose: () => void;
};

/** Asks for what a template needs and the contact does not say. */
export function TemplateValuesDialog(props: Props) {
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()} title={props.template.name}>
      <ValuesForm {...props} />
    </Dialog>
  );
}

const typingPauseMs = 250;

function ValuesForm({ template, contactId, channel, onInsert }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [chosen, choose] = useState(0);
  const values = Object.fromEntries(Object.entries(typed).filter(([, value]) => value.trim() !== ""));
  const settled = useDebounced(JSON.stringify(values), typingPauseMs);
  const request = {
    template_id: template.id,
    values: JSON.parse(settled) as Record<string, string>,
    contact_id: contactId,
    ...(channel && { channel }),
  };
  const { data, isPlaceholderData } = useQuery(previewQuery(request));
  const preview = data?.[chosen];
  const missing = [...(preview?.missing ?? []), ...(preview?.unknown ?? [])];
  const current = settled === JSON.stringify(values) && !isPlaceholderData;
  const unfit = preview?.unfit ?? [];
  const ready = preview !== undefined && missing.length + unfit.length === 0 && current;
  const several = template.variants.length > 1;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        // Of several variants the server would choose one by itself; what was read here is what shall be sent.
        const use = several ? undefined : { id: template.id, variables: values };
        onInsert({ text: preview.body, ...(use && { use }) });
      }}
    >
      {several && (
        <SelectField
          label={t("templates.variantName")}
          value={String(chosen)}
          options={template.variants.map(({ name }, index) => ({ value: String(index), label: name }))}
          onChange={(event) => choose(Number(event.target.value))}
        />
      )}
      {fieldsOf(template, missing, Object.keys(typed)).map(
        ({ name, label, default: fallback, example }, index) => (
          <TextField
            key={name}
            label={label || name}
            value={typed[name] ?? ""}
            autoFocus={index === 0}
            autoComplete="off"
            placeholder={fallback ?? undefined}
            hint={example ? t("composer.example", { example }) : undefined}
            onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          />
        ),
      )}
      <p dir="auto" className="w-fit max-w-full rounded-bubble bg-bubble-out px-3 py-1.5 user-text">
        {preview?.body ?? "…"}
      </p>
      <UnfitValues values={unfit} />
      <div className="flex items-center justify-between gap-3">
        <span className="text-meta text-ink-soft tabular">
          {preview && t("composer.segments", { count: countSegments(preview.body).segments })}
        </span>
        <Button type="submit" look="primary" disabled={!ready}>
          {t("composer.insert")}
        </Button>
      </div>
    </form>
  );
}

/** What is declared, and what the text uses besides; a field stays once something was typed into it. */
function fieldsOf(template: Template, missing: string[], typed: string[]): Variable[] {
  const declared = new Set(template.variables.map(({ name }) => name));
  const others = [...new Set([...missing, ...typed])].filter((name) => !declared.has(name));
  return [...template.variables, ...others.map((name) => ({ name }))];
}
