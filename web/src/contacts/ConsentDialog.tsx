import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { NewConsent } from "@/api/types";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";

import { useRecordConsent } from "./consent";
import { sources } from "./consentWords";

type Props = { contactId: string; open: boolean; onOpenChange: (open: boolean) => void };

/** Writes down what a person agreed to or took back, with what proves it. */
export function ConsentDialog({ contactId, open, onOpenChange }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("contacts.record")}
      description={t("contacts.recordText")}
    >
      <ConsentForm contactId={contactId} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function ConsentForm({ contactId, onDone }: { contactId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const record = useRecordConsent(contactId);
  return (
    <Form onSubmit={(form) => record.mutate(consentOf(form), { onSuccess: onDone })}>
      <div className="grid gap-4 two:grid-cols-2">
        <SelectField
          label={t("contacts.status")}
          name="status"
          options={[
            { value: "given", label: t("contacts.statusGiven") },
            { value: "revoked", label: t("contacts.statusRevoked") },
          ]}
        />
        <SelectField
          label={t("templates.purpose")}
          name="purpose"
          options={(["marketing", "transactional"] as const).map((value) => ({
            value,
            label: t(`contacts.purposes.${value}`),
          }))}
        />
      </div>
      <SelectField
        label={t("contacts.source")}
        name="source"
        options={sources.map((value) => ({ value, label: t(`contacts.sources.${value}`) }))}
      />
      <TextField label={t("contacts.wording")} hint={t("contacts.wordingHint")} name="wording" dir="auto" />
      <TextField label={t("contacts.proof")} hint={t("contacts.proofHint")} name="evidence" dir="auto" />
      {record.error && <FormError>{errorText(record.error, t)}</FormError>}
      <Button type="submit" look="primary" disabled={record.isPending}>
        {t("common.save")}
      </Button>
    </Form>
  );
}

export function consentOf(form: FormData): NewConsent {
  const [wording, evidence] = [formText(form, "wording").trim(), formText(form, "evidence").trim()];
  return {
    status: formText(form, "status") === "revoked" ? "revoked" : "given",
    purpose: formText(form, "purpose"),
    source: formText(form, "source"),
    ...(wording && { wording }),
    ...(evidence && { evidence }),
  };
}
