import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import type { LineProvider, LineSettings } from "@/api/types";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";
import { Section } from "@/ui/Section";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { CredentialFields } from "./CredentialFields";
import { providersQuery, useRetire, useRotate } from "./lineSettings";

/** What is known of the stored credentials, and new ones for them. They are never shown again. */
export function Credentials({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const { data: providers = [] } = useQuery(providersQuery);
  const [open, setOpen] = useState(line.state === "locked");
  const provider = providers.find(({ name }) => name === line.provider);
  if (!provider) return null;
  const former = Object.keys(line.credentials).some((name) => name.endsWith(formerEnding));
  return (
    <Section title={t("lines.credentials.title")} text={t("lines.credentials.text")}>
      <dl className="grid gap-2 border-t pt-4 text-list">
        {Object.entries(line.credentials).map(([name, { ends_with, set_at }]) => (
          <div key={name} className="flex flex-wrap gap-x-3">
            <dt className="min-w-40 font-medium">{labelOf(name, provider, t("lines.credentials.former"))}</dt>
            <dd className="text-ink-soft">
              <code>…{ends_with}</code> · {t("lines.credentials.set")} <RelativeTime at={set_at} />
            </dd>
          </div>
        ))}
      </dl>
      {former && <Retire line={line} />}
      <div className="mt-4">
        {open ? (
          <NewCredentials line={line} provider={provider} onDone={() => setOpen(false)} />
        ) : (
          <Button onClick={() => setOpen(true)}>{t("lines.credentials.change")}</Button>
        )}
      </div>
    </Section>
  );
}

/** How the server names the former value of a credential. */
const formerEnding = "_previous";

function labelOf(name: string, provider: LineProvider, former: string): string {
  const current = name.endsWith(formerEnding) ? name.slice(0, -formerEnding.length) : name;
  const label = provider.fields.find((field) => field.name === current)?.label ?? current;
  return name === current ? label : `${label} (${former})`;
}

function Retire({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const retire = useRetire(line.id);
  return (
    <div className="mt-4 grid gap-2 text-list">
      <p>{t("lines.credentials.two")}</p>
      {retire.error && <FormError>{errorText(retire.error, t)}</FormError>}
      <div>
        <Button disabled={retire.isPending} onClick={() => retire.mutate()}>
          {t("lines.credentials.retire")}
        </Button>
      </div>
    </div>
  );
}

type NewProps = { line: LineSettings; provider: LineProvider; onDone: () => void };

function NewCredentials({ line, provider, onDone }: NewProps) {
  const { t } = useTranslation();
  const rotate = useRotate(line.id);
  const fields = rotate.error instanceof ApiError ? rotate.error.fields : {};
  const secrets = provider.fields.filter(({ secret }) => secret);
  const shown = secrets.some(({ name }) => fields[`fields.${name}`]);
  const submit = (form: FormData): void => {
    const given = secrets
      .map(({ name }) => [name, formText(form, `fields.${name}`).trim()] as const)
      .filter(([, value]) => value !== "");
    rotate.mutate(Object.fromEntries(given), {
      onSuccess: () => {
        showToast(t("lines.credentials.changed", { line: line.name }));
        onDone();
      },
    });
  };
  return (
    <Form onSubmit={submit}>
      <p className="text-list text-ink-soft">{t("lines.credentials.changeText")}</p>
      <CredentialFields fields={secrets} errors={fields} optional={line.state !== "locked"} />
      {rotate.error && !shown && <FormError>{errorText(rotate.error, t)}</FormError>}
      <div className="flex gap-3">
        <Button type="submit" look="primary" disabled={rotate.isPending}>
          {t("lines.credentials.save")}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t("common.cancel")}
        </Button>
      </div>
    </Form>
  );
}
