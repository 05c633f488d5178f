import { useTranslation } from "react-i18next";

import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { formText } from "@/ui/formText";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; onBlock: (reason: string) => void };

/** Says what blocking means, and asks for the reason that the next colleague will want to know. */
export function BlockDialog({ open, onOpenChange, onBlock }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("contacts.blockTitle")}
      description={t("contacts.blockText")}
    >
      <Form onSubmit={(form) => onBlock(formText(form, "reason").trim())}>
        <TextField label={t("contacts.blockReason")} name="reason" dir="auto" autoFocus autoComplete="off" />
        <Button type="submit" look="danger">
          {t("contacts.block")}
        </Button>
      </Form>
    </Dialog>
  );
}
