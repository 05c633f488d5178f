import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import type { LineProvider, LineSettings, NewLine, SimulatedNumber } from "@/api/types";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";

import { CredentialFields } from "./CredentialFields";
import { Findings } from "./Findings";
import { useCheckDraft, useCreateLine } from "./lineSettings";

/** A mail server is signed in to by programs; where its people do that, only they know. */
const withoutConsole = "smtp";

type Props = {
  provider: LineProvider;
  /** A number of the built-in simulator: everything is filled in. */
  number: SimulatedNumber | undefined;
  onBack: () => void;
  onMade: (line: LineSettings) => void;
};

/** The account, asked for, looked at together with the provider, and only then made a line of. */
export function AccountStep({ provider, number, onBack, onMade }: Props) {
  const { t } = useTranslation();
  const check = useCheckDraft();
  const create = useCreateLine();
  const [checked, setChecked] = useState<NewLine>();
  const error = create.error ?? check.error;
  const fields = error instanceof ApiError ? error.fields : {};
  const submit = (form: FormData): void => {
    const draft = draftOf(form, provider, number);
    setChecked(undefined);
    create.reset();
    check.mutate(draft, { onSuccess: () => setChecked(draft) });
  };
  // Nobody knows whether it works while the provider cannot be asked; that need not keep anyone waiting.
  const mayBeAdded = check.data?.findings.every(({ outcome }) => outcome !== "failed");
  const edited = (): void => {
    setChecked(undefined);
    check.reset();
  };
  return (
    <>
      <div className="border-t pt-4" onInput={edited}>
        <Form onSubmit={submit}>
          {number ? (
            <p className="text-list text-ink-soft">{t("lines.add.account.simulated")}</p>
          ) : (
            provider.name !== withoutConsole && (
              <p className="text-list">
                <a
                  href={provider.console_url}
                  target="_blank"
                  rel="noreferrer"
                  className="inline-flex items-center gap-1 rounded-sm text-accent-text underline underline-offset-2"
                >
                  {t("lines.add.account.console", { provider: provider.label })}
                  <ExternalLink aria-hidden className="size-3.5" />
                </a>
              </p>
            )
          )}
          <TextField
            label={t("lines.fields.name")}
            hint={t("lines.fields.nameHint")}
            name="name"
            required
            maxLength={60}
            autoFocus
            autoComplete="off"
            defaultValue={number?.name}
            error={fields["name"]}
          />
          <TextField
            label={provider.address.label}
            hint={provider.address.help}
            name="address"
            required
            autoComplete="off"
            placeholder={provider.address.example}
            defaultValue={number?.address}
            readOnly={number !== undefined}
            error={fields["address"]}
          />
          <CredentialFields fields={provider.fields} errors={fields} values={number?.fields} />
          {error && Object.keys(fields).length === 0 && <FormError>{errorText(error, t)}</FormError>}
          <div className="flex flex-wrap gap-3">
            <Button type="submit" look={checked ? "plain" : "primary"} disabled={check.isPending}>
              {t(check.isPending ? "lines.check.asking" : "lines.check.run", { provider: provider.label })}
            </Button>
            <Button look="quiet" onClick={onBack}>
              {t("lines.add.account.back")}
            </Button>
          </div>
        </Form>
      </div>
      {check.data && (
        <div className="mt-6 grid gap-5">
          <Findings check={check.data} />
          {checked && mayBeAdded && (
            <div>
              <Button
                look="primary"
                disabled={create.isPending}
                onClick={() => create.mutate(checked, { onSuccess: onMade })}
              >
                {t(check.data.usable ? "lines.add.account.add" : "lines.add.account.addAnyway")}
              </Button>
            </div>
          )}
        </div>
      )}
    </>
  );
}

function draftOf(form: FormData, provider: LineProvider, number: SimulatedNumber | undefined): NewLine {
  const filled = provider.fields
    .map(({ name }) => [name, formText(form, `fields.${name}`).trim()] as const)
    .filter(([, value]) => value !== "");
  return {
    provider: provider.name,
    name: formText(form, "name").trim(),
    address: formText(form, "address").trim(),
    simulated: number !== undefined,
    fields: Object.fromEntries(filled),
  };
}
