import { Pencil, SendHorizontal, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";

import { useCalledOff, useSentNow } from "./usePendingActions";

const EditPendingDialog = lazy(async () => ({
  default: (await import("./EditPendingDialog")).EditPendingDialog,
}));

const actionClass =
  "inline-flex min-h-6 items-center gap-1 rounded-sm text-list font-medium text-ink-soft underline-offset-2 hover:text-ink hover:underline disabled:opacity-50 pointer-coarse:min-h-9";

type Props = { message: Message; name: string | null | undefined };

/** What can still be done with a message that waits. */
export function PendingActions({ message, name }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const sendNow = useSentNow();
  const callOff = useCalledOff();
  const busy = sendNow.isPending || callOff.isPending;
  return (
    <span className="flex flex-wrap justify-end gap-x-4">
      <button type="button" className={actionClass} disabled={busy} onClick={() => setEditing(true)}>
        <Pencil aria-hidden className="size-3.5" />
        {t("common.edit")}
      </button>
      <button type="button" className={actionClass} disabled={busy} onClick={() => sendNow.run(message)}>
        <SendHorizontal aria-hidden className="size-3.5" />
        {t("schedule.sendNow")}
      </button>
      <button type="button" className={actionClass} disabled={busy} onClick={() => callOff.run(message)}>
        <X aria-hidden className="size-3.5" />
        {t("common.cancel")}
      </button>
      {editing && (
        <Suspense>
          <EditPendingDialog message={message} name={name} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </span>
  );
}
