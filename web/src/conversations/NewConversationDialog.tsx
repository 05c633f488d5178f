import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import { linesQuery } from "@/settings/lines";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";

import { useStartConversation } from "./conversations";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** Writes to someone who has not written yet. Whom we know already, their conversation opens. */
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
  const { data: lines = [] } = useQuery(linesQuery);
  const takesEmail = lines.some(({ channel }) => channel === "email");
  const fields = start.error instanceof ApiError ? start.error.fields : {};
  const submit = (form: FormData): void => {
    const name = formText(form, "name").trim();
    const to = formText(form, "to").trim();
    start.mutate(
      { ...(takesEmail && to.includes("@") ? { email: to } : { phone: to }), ...(name && { name }) },
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
        label={t(takesEmail ? "conversations.newTo" : "contacts.phone")}
        name="to"
        type={takesEmail ? "text" : "tel"}
        inputMode={takesEmail ? "email" : "tel"}
        autoComplete="off"
        required
        autoFocus
        placeholder="+1 415 555 0132"
        hint={t("contacts.phoneHint")}
        error={fields["phone"] ?? fields["email"]}
      />
      <TextField label={t("contacts.nameOptional")} name="name" autoComplete="off" error={fields["name"]} />
      {start.error && Object.keys(fields).length === 0 && <FormError>{errorText(start.error, t)}</FormError>}
      <Button type="submit" look="primary" disabled={start.isPending}>
        {t("conversations.newStart")}
      </Button>
    </Form>
  );
}
