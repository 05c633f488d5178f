import { useTranslation } from "react-i18next";

import type { ListedMessage } from "@/api/types";
import { displayName } from "@/lib/names";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";

import { refusedByReason } from "./refused";
import type { Refused } from "./useLetterActions";

type Props = { refused: Refused; letters: ListedMessage[]; onClose: () => void };

/** What was not done and why, so that nobody believes it was. */
export function RefusedDialog({ refused, letters, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={refused.length > 0}
      onOpenChange={(open) => !open && onClose()}
      title={t("letters.refused", { count: refused.length })}
      description={t("letters.refusedText")}
    >
      <ul className="mb-4 border-t">
        {refusedByReason(refused).map(({ reason, ids }) => (
          <li key={reason} className="border-b py-2 text-list">
            <p className="flex justify-between gap-4">
              <span className="font-medium">{reason}</span>
              <span className="text-ink-soft tabular">{ids.length}</span>
            </p>
            <p className="text-meta text-ink-soft">{namesOf(ids, letters)}</p>
          </li>
        ))}
      </ul>
      <Button look="primary" onClick={onClose}>
        {t("common.done")}
      </Button>
    </Dialog>
  );
}

const namesShown = 5;

/** The first few people it is about, as far as they are known here. */
function namesOf(ids: string[], letters: ListedMessage[]): string {
  const names = letters.filter(({ id }) => ids.includes(id)).map(({ contact }) => displayName(contact));
  const shown = names.slice(0, namesShown);
  const more = ids.length - shown.length;
  return new Intl.ListFormat().format(more > 0 && shown.length > 0 ? [...shown, `+${more}`] : shown);
}
