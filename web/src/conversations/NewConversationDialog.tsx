import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";

import { useStartConversation } from "./conversations";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** Writes to someone who has not written yet. A number we know opens its conversation. */
export function NewConversationDialog({ open, onOpenChange }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("conversations.newTitle")}
      description={t("conversations.newText")}
    >
      <NewConversationForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function NewConversationForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const start = useStartConversation();
  const fields = start.error instanceof ApiError ? start.error.fields : {};
  const submit = (form: FormData): void => {
    const name = formText(form, "name").trim();
    start.mutate(
      { phone: formText(form, "phone").trim(), ...(name && { name }) },
      {
        onSuccess: ({ id }) => {
          onDone();
          void navigate({ to: "/inbox/$conversationId", params: { conversationId: id } });
        },
      },
    );
  };
  return (
    <Form onSubmit={submit}>
      <TextField
        label={t("contacts.phone")}
        name="phone"
        type="tel"
        inputMode="tel"
        autoComplete="off"
        required
        autoFocus
        placeholder="+1 415 555 0132"
        hint={t("contacts.phoneHint")}
        error={fields["phone"]}
      />
      <TextField label={t("contacts.nameOptional")} name="name" autoComplete="off" error={fields["name"]} />
      {start.error && Object.keys(fields).length === 0 && <FormError>{errorText(start.error, t)}</FormError>}
      <Button type="submit" look="primary" disabled={start.isPending}>
        {t("conversations.newStart")}
      </Button>
    </Form>
  );
}
