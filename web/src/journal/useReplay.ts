import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { ReplaySelection } from "@/api/types";
import { showToast } from "@/ui/toasts";

import { useReplayMany } from "./journal";

/** Processes many again; tells how far it is while it goes on, and how many it were in the end. */
export function useReplay(onDone: () => void) {
  const { t } = useTranslation();
  const [replayed, setReplayed] = useState(0);
  const replay = useReplayMany(setReplayed);
  return {
    busy: replay.isPending,
    replayed,
    run: (selection: ReplaySelection): void => {
      setReplayed(0);
      void replay.mutateAsync(selection).then(
        (count) => {
          onDone();
          showToast(t("webhooks.replayed", { count }));
        },
        (error: unknown) => showToast(errorText(error, t)),
      );
    },
  };
}

export type Replay = ReturnType<typeof useReplay>;
