import { noop } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import type { Purpose, Template } from "@/api/types";
import { mayWrite, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/Field";
import { FormError } from "@/ui/FormError";
import { showToast } from "@/ui/toasts";

import {
  inputOf,
  newVariable,
  newVariant,
  problemOf,
  sameDraft,
  type TemplateDraft,
  undeclaredIn,
} from "./form";
import { Preview } from "./Preview";
import { useSaveTemplate } from "./templates";
import { useGuardUnsaved } from "./useGuardUnsaved";
import { VariableFields } from "./VariableFields";
import { VariantFields } from "./VariantFields";

type Props = {
  id?: string;
  /** What is saved. */
  initial: TemplateDraft;
  /** What to begin with, if not with what is saved: an older version. */
  start?: TemplateDraft;
  /** The version that is saved; 0 for none. */
  version: number;
  onSaved: (template: Template) => void;
};

const purposes: readonly Purpose[] = ["reply", "transactional", "marketing"];

/** The text in its variants, the variables in it, and beside them what a customer will read. */
export function TemplateEditor({ id, initial, start = initial, version, onSaved }: Props) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const [draft, setDraft] = useState(start);
  const save = useSaveTemplate(id);
  const problem = problemOf(draft);
  const changed = !sameDraft(draft, initial);
  useGuardUnsaved(changed && !save.isSuccess);
  const missing = undeclaredIn(draft);
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  const change = (part: Partial<TemplateDraft>): void => setDraft((old) => ({ ...old, ...part }));
  // A promise instead of a callback: with its new version the editor begins anew before the answer is told.
  const submit = (): void =>
    void save.mutateAsync(inputOf(draft)).then((saved) => {
      showToast(t("templates.saved", { version: saved.version }));
      onSaved(saved);
    }, noop);
  return (
    <div className="grid max-w-6xl gap-x-8 gap-y-6 three:grid-cols-[minmax(0,1fr)_22rem]">
      <form
        className="grid content-start gap-6"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <fieldset disabled={!writes} className="contents">
          <div className="grid gap-4 two:grid-cols-[1fr_12rem]">
            <TextField
              label={t("templates.name")}
              value={draft.name}
              autoFocus={id === undefined}
              dir="auto"
              error={fields["name"]}
              onChange={(event) => change({ name: event.target.value })}
            />
            <SelectField
              label={t("templates.purpose")}
              value={draft.purpose}
              options={purposes.map((value) => ({ value, label: t(`templates.purposes.${value}`) }))}
              onChange={(event) => change({ purpose: event.target.value as Purpose })}
            />
          </div>
          <section aria-label={t("templates.variants")} className="grid gap-4">
            {draft.variants.map((variant) => (
              <VariantFields
                key={variant.key}
                variant={variant}
                all={draft.variants}
                onChange={(next) =>
                  change({ variants: draft.variants.map((old) => (old.key === next.key ? next : old)) })
                }
                onRemove={() => change({ variants: draft.variants.filter((old) => old.key !== variant.key) })}
              />
            ))}
            <div>
              <Button onClick={() => change({ variants: [...draft.variants, newVariant(draft.variants)] })}>
                <Plus aria-hidden className="size-4" />
                {t("templates.addVariant")}
              </Button>
            </div>
          </section>
          {missing.length > 0 && (
            <Missing
              names={missing}
              onAdd={(name) => change({ variables: [...draft.variables, newVariable(name)] })}
            />
          )}
          <VariableFields variables={draft.variables} onChange={(variables) => change({ variables })} />
          {save.error && <FormError>{errorText(save.error, t)}</FormError>}
        </fieldset>
        {writes && (
          <div className="sticky -bottom-5 -mx-1 -mb-5 flex flex-wrap items-center gap-3 border-t bg-surface px-1 pt-3 pb-4">
            <Button
              type="submit"
              look="primary"
              disabled={problem !== undefined || !changed || save.isPending}
            >
              {version === 0 ? t("templates.create") : t("templates.saveAs", { version: version + 1 })}
            </Button>
            {changed && problem && (
              <p className="text-list text-ink-soft">{t(`templates.problems.${problem}`)}</p>
            )}
          </div>
        )}
      </form>
      <Preview draft={draft} />
    </div>
  );
}

/** Names in the text that nobody declared: a message with one of them would be refused. */
function Missing({ names, onAdd }: { names: string[]; onAdd: (name: string) => void }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="rounded-md bg-warning-soft px-4 py-3 text-list text-warning">
      <p>{t("templates.undeclared")}</p>
      <p className="mt-2 flex flex-wrap gap-2">
        {names.map((name) => (
          <Button key={name} onClick={() => onAdd(name)}>
            <Plus aria-hidden className="size-3.5" />
            {t("templates.declare", { name })}
          </Button>
        ))}
      </p>
    </div>
  );
}
