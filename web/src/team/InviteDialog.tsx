import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Role } from "@/api/types";
import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { fieldClass, SelectField, TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";
import { useCopyLink } from "@/ui/useCopyLink";

import { invitableRoles, useInvite } from "./team";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** Invites someone: no email is sent, the link is handed over by whoever invites. */
export function InviteDialog({ open, onOpenChange }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("team.invite")}
      description={t("team.inviteText")}
    >
      <Invite onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Invite({ onDone }: { onDone: () => void }) {
  const invite = useInvite();
  if (invite.data) return <HandOver email={invite.data.email} url={invite.data.url ?? ""} onDone={onDone} />;
  return (
    <InviteForm
      error={invite.error}
      pending={invite.isPending}
      onSubmit={(email, role) => invite.mutate({ email, role })}
    />
  );
}

type FormProps = { error: Error | null; pending: boolean; onSubmit: (email: string, role: Role) => void };

function InviteForm({ error, pending, onSubmit }: FormProps) {
  const { t } = useTranslation();
  const fields = error instanceof ApiError ? error.fields : {};
  return (
    <Form onSubmit={(form) => onSubmit(formText(form, "email").trim(), formText(form, "role") as Role)}>
      <TextField
        label={t("session.email")}
        name="email"
        type="email"
        required
        autoFocus
        autoComplete="off"
        error={fields["email"]}
      />
      <SelectField
        label={t("team.role")}
        name="role"
        defaultValue="agent"
        hint={t("team.roleHint")}
        options={invitableRoles.map((role) => ({ value: role, label: t(`team.roles.${role}`) }))}
      />
      {error && Object.keys(fields).length === 0 && <FormError>{errorText(error, t)}</FormError>}
      <Button type="submit" look="primary" disabled={pending}>
        {t("team.createInvitation")}
      </Button>
    </Form>
  );
}

function HandOver({ email, url, onDone }: { email: string; url: string; onDone: () => void }) {
  const { t } = useTranslation();
  const copy = useCopyLink();
  return (
    <div className="grid gap-4">
      <p>{t("team.handOver", { email })}</p>
      <input
        readOnly
        aria-label={t("team.link")}
        value={url}
        onFocus={(event) => event.target.select()}
        className={`${fieldClass} font-mono`}
      />
      <div className="flex gap-2">
        <Button look="primary" onClick={() => copy(url)}>
          <Copy aria-hidden className="size-4" />
          {t("team.copyLink")}
        </Button>
        <Button onClick={onDone}>{t("common.done")}</Button>
      </div>
    </div>
  );
}
