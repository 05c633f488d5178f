import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Contact } from "@/api/types";
import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";

import { useSaveContact } from "./contacts";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The contact to change; without one, a new one is made. */
  contact?: Contact;
  onSaved?: (contact: Contact) => void;
};

export function ContactDialog({ open, onOpenChange, contact, onSaved }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t(contact ? "contacts.edit" : "contacts.new")}>
      <ContactForm
        contact={contact}
        onLeave={() => onOpenChange(false)}
        onSaved={(saved) => {
          onOpenChange(false);
          onSaved?.(saved);
        }}
      />
    </Dialog>
  );
}

type FormProps = { contact: Contact | undefined; onLeave: () => void; onSaved: (contact: Contact) => void };

function ContactForm({ contact, onLeave, onSaved }: FormProps) {
  const { t } = useTranslation();
  const save = useSaveContact(contact?.id);
  const error = save.error instanceof ApiError ? save.error : undefined;
  const submit = (form: FormData): void => {
    const value = (field: string): string | null => formText(form, field).trim() || null;
    save.mutate(
      { name: value("name"), phone: value("phone"), email: value("email") },
      { onSuccess: (saved) => onSaved(saved) },
    );
  };
  return (
    <Form onSubmit={submit}>
      <TextField
        label={t("contacts.name")}
        name="name"
        dir="auto"
        autoComplete="off"
        autoFocus
        defaultValue={contact?.name ?? ""}
        error={error?.fields["name"]}
      />
      <TextField
        label={t("contacts.phone")}
        name="phone"
        type="tel"
        autoComplete="off"
        defaultValue={contact?.phone ?? ""}
        hint={t("contacts.phoneHint")}
        error={error?.fields["phone"]}
      />
      <TextField
        label={t("contacts.email")}
        name="email"
        type="email"
        autoComplete="off"
        defaultValue={contact?.email ?? ""}
        error={error?.fields["email"]}
      />
      {error?.existingId && (
        <Link
          to="/contacts/$contactId"
          params={{ contactId: error.existingId }}
          onClick={onLeave}
          className="text-list font-medium text-accent-text underline underline-offset-2"
        >
          {t("contacts.showExisting")}
        </Link>
      )}
      {save.error && Object.keys(error?.fields ?? {}).length === 0 && (
        <FormError>{errorText(save.error, t)}</FormError>
      )}
      <Button type="submit" look="primary" disabled={save.isPending}>
        {t("common.save")}
      </Button>
    </Form>
  );
}
