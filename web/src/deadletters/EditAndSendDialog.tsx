import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ListedMessage } from "@/api/types";
import { MessageText } from "@/composer/MessageText";
import { fitsMessage } from "@/composer/readiness";
import { displayName } from "@/lib/names";
import { sentence } from "@/lib/sentence";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Form } from "@/ui/Form";

type Props = { letter: ListedMessage; onClose: () => void; onSend: (body: string) => void };

/** Another text in place of the one that did not arrive. */
export function EditAndSendDialog({ letter, onClose, onSend }: Props) {
  const { t } = useTranslation();
  const [body, setBody] = useState(letter.body);
  const text = body.trim();
  const takes = fitsMessage(text);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("letters.editTitle", { name: displayName(letter.contact) })}
      {...(letter.error && { description: [sentence(letter.error.text), letter.error.help].join(" ") })}
    >
      <Form onSubmit={() => takes && onSend(text)}>
        <MessageText text={body} onChange={setBody} />
        <Button type="submit" look="primary" disabled={!takes}>
          {t("letters.sendEdited")}
        </Button>
      </Form>
    </Dialog>
  );
}
