import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Message } from "@/api/types";
import { showToast } from "@/ui/toasts";

import { useCancelWaiting, useSendNow, useWriteAgain } from "./scheduled";
import { holdText } from "./words";

/** Sends a waiting message at once, and says so when something still holds it. */
export function useSentNow() {
  const { t } = useTranslation();
  const sendNow = useSendNow();
  return {
    isPending: sendNow.isPending,
    // Promises instead of callbacks, here and below: the message leaves the list before the answer is told.
    run: ({ id }: Message): void =>
      void sendNow.mutateAsync(id).then(
        (sent) => {
          // Still "scheduled" means: for now. Whether something holds it shows when it is its turn.
          if (sent.state !== "held") showToast(t("schedule.leavesNow"));
          else
            showToast(
              t("schedule.stillHeld", { reason: sent.hold ? holdText(t, sent.hold) : t("thread.held") }),
            );
        },
        (error: unknown) => showToast(errorText(error, t)),
      ),
  };
}

/**
 * Calls a waiting message off, at once: one that is due in a second must not slip out while the reader still
 * may change their mind. Undo writes it again as it was.
 */
export function useCalledOff() {
  const { t } = useTranslation();
  const cancel = useCancelWaiting();
  const writeAgain = useWriteAgain();
  const fail = (error: unknown): void => showToast(errorText(error, t));
  const undo = (message: Message): void =>
    void writeAgain
      .mutateAsync({ key: crypto.randomUUID(), message })
      .then(() => showToast(t("schedule.again")), fail);
  return {
    isPending: cancel.isPending,
    run: (message: Message): void =>
      void cancel
        .mutateAsync(message.id)
        .then(
          () => showToast(t("schedule.calledOff"), { label: t("common.undo"), run: () => undo(message) }),
          fail,
        ),
  };
}
