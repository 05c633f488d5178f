import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { DeadLetterResult, DeadLetterSelector } from "@/api/types";
import { showToast } from "@/ui/toasts";

import { useDropLetters, useRetryLetters, useUndoLetters } from "./deadLetters";

export type Refused = DeadLetterResult["refused"];

/** Retry and Drop with their way back, and what was refused, for the page to show. */
export function useLetterActions(onDone: () => void) {
  const { t } = useTranslation();
  const [refused, setRefused] = useState<Refused>([]);
  const retry = useRetryLetters();
  const drop = useDropLetters();
  const undo = useUndoLetters();

  // Promises instead of callbacks: one may have gone on to another reason before the answer comes.
  const fail = (error: unknown): void => showToast(errorText(error, t));
  const takeBack = (actionId: string): void =>
    void undo
      .mutateAsync(actionId)
      .then(
        ({ undone, too_late: late }) =>
          showToast(
            late > 0 ? t("letters.undonePartly", { undone, late }) : t("letters.undone", { count: undone }),
          ),
        fail,
      );
  const report =
    (kind: "retried" | "dropped") =>
    ({ action_id, done, refused: no }: DeadLetterResult): void => {
      setRefused(no);
      onDone();
      if (done > 0) {
        showToast(t(`letters.${kind}`, { count: done }), {
          label: t("common.undo"),
          run: () => takeBack(action_id),
        });
      }
    };
  return {
    busy: retry.isPending || drop.isPending,
    refused,
    forgetRefused: () => setRefused([]),
    retry: (selector: DeadLetterSelector): void =>
      void retry.mutateAsync(selector).then(report("retried"), fail),
    drop: (selector: DeadLetterSelector): void =>
      void drop.mutateAsync(selector).then(report("dropped"), fail),
  };
}

export type LetterActions = ReturnType<typeof useLetterActions>;
