import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ListedMessage } from "@/api/types";
import { longestText, textLength } from "@/composer/readiness";
import { SegmentMeter } from "@/composer/SegmentMeter";
import { countSegments } from "@/composer/segments";
import { displayName } from "@/lib/names";
import { sentence } from "@/lib/sentence";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { fieldClass } from "@/ui/Field";

type Props = { letter: ListedMessage; onClose: () => void; onSend: (body: string) => void };

/** Another text in place of the one that did not arrive. */
export function EditAndSendDialog({ letter, onClose, onSend }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [body, setBody] = useState(letter.body);
  const text = body.trim();
  const takes = text !== "" && textLength(text) <= longestText;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("letters.editTitle", { name: displayName(letter.contact) })}
      {...(letter.error && { description: [sentence(letter.error.text), letter.error.help].join(" ") })}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (takes) onSend(text);
        }}
      >
        <div>
          <label htmlFor={id} className="mb-1 block text-list font-medium">
            {t("schedule.text")}
          </label>
          <textarea
            id={id}
            rows={5}
            dir="auto"
            autoFocus
            value={body}
            onChange={(event) => setBody(event.target.value)}
            className={`${fieldClass} py-2`}
          />
          <p className="min-h-4 text-end">
            <SegmentMeter text={body} count={countSegments(text)} />
          </p>
        </div>
        <Button type="submit" look="primary" disabled={!takes}>
          {t("letters.sendEdited")}
        </Button>
      </form>
    </Dialog>
  );
}
