import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import type { LineLimits, LineSettings } from "@/api/types";
import { linesQuery } from "@/settings/lines";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Choice";
import { SelectField, TextField } from "@/ui/Field";
import { FormError } from "@/ui/FormError";
import { Section } from "@/ui/Section";
import { showToast } from "@/ui/toasts";

import { useChangeLine } from "./lineSettings";

const limits = ["per_second", "per_minute", "per_day"] as const;

/** What may be changed about a line at any time. */
export function LineForm({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const { data: lines = [] } = useQuery(linesQuery);
  const [draft, setDraft] = useState(line);
  const save = useChangeLine(line.id, () => showToast(t("lines.settings.saved", { line: draft.name })));
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  const change = (part: Partial<LineSettings>): void => setDraft((old) => ({ ...old, ...part }));
  const setLimit = (name: keyof LineLimits, text: string): void =>
    change({ limits: { ...draft.limits, [name]: text === "" ? null : Number(text) } });
  const others = lines.filter(({ id }) => id !== line.id);
  const changed = JSON.stringify(draft) !== JSON.stringify(line);
  return (
    <Section title={t("lines.settings.title")} text={t("lines.settings.text")}>
      <form
        className="grid gap-5 border-t pt-4"
        onSubmit={(event) => {
          event.preventDefault();
          const { revision, name, limits: wanted, failover, signature } = draft;
          save.mutate({ revision, name, limits: wanted, failover, signature });
        }}
      >
        <TextField
          label={t("lines.fields.name")}
          value={draft.name}
          required
          maxLength={60}
          error={fields["name"]}
          onChange={(event) => change({ name: event.target.value })}
        />
        <div className="flex flex-wrap gap-4">
          {limits.map((name) => (
            <TextField
              key={name}
              label={t(`lines.settings.${name}`)}
              type="number"
              min={0}
              max={10_000_000}
              step={1}
              placeholder={t("lines.settings.unlimited")}
              value={draft.limits[name] ?? ""}
              className="w-36"
              error={fields[`limits.${name}`]}
              onChange={(event) => setLimit(name, event.target.value)}
            />
          ))}
        </div>
        <SelectField
          label={t("lines.settings.failover")}
          hint={t("lines.settings.failoverHint")}
          value={draft.failover[0] ?? ""}
          className="max-w-sm"
          error={fields["failover"]}
          options={[
            { value: "", label: t("lines.settings.noFailover") },
            ...others.map(({ slug, name }) => ({ value: slug, label: name })),
          ]}
          onChange={(event) => change({ failover: event.target.value ? [event.target.value] : [] })}
        />
        <Choice
          legend={t("lines.settings.signature")}
          hint={t(`lines.settings.${draft.signature}Hint`)}
          value={draft.signature}
          onChange={(signature) => change({ signature })}
          options={[
            { value: "enforce", label: t("lines.settings.enforce") },
            { value: "observe", label: t("lines.settings.observe") },
          ]}
        />
        {save.error && Object.keys(fields).length === 0 && <FormError>{errorText(save.error, t)}</FormError>}
        <div className="flex gap-3">
          <Button type="submit" look="primary" disabled={!changed || save.isPending}>
            {t("common.save")}
          </Button>
          {changed && (
            <Button look="quiet" onClick={() => setDraft(line)}>
              {t("settings.sending.revert")}
            </Button>
          )}
        </div>
      </form>
    </Section>
  );
}
