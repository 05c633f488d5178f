import { useTranslation } from "react-i18next";

import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
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
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onBlock(formText(new FormData(event.currentTarget), "reason").trim());
        }}
      >
        <TextField label={t("contacts.blockReason")} name="reason" dir="auto" autoFocus autoComplete="off" />
        <Button type="submit" look="danger">
          {t("contacts.block")}
        </Button>
      </form>
    </Dialog>
  );
}
