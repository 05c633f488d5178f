import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ReplaySelection } from "@/api/types";
import { loadedState, type Selection, toggledLoaded } from "@/lib/selection";
import { Button } from "@/ui/Button";

import type { Replay } from "./useReplay";

type Props = {
  selection: Selection;
  onSelect: (selection: Selection) => void;
  ids: string[];
  /** There is more than what is loaded, and a filter says which. */
  offersAll: boolean;
  selectorOf: (selection: Selection) => ReplaySelection;
  replay: Replay;
};

/** What is chosen, and to have it processed again. Always there, so that nothing jumps when something is chosen. */
export function ReplayBar({ selection, onSelect, ids, offersAll, selectorOf, replay }: Props) {
  const { t } = useTranslation();
  const state = loadedState(selection, ids);
  const count = selection.all ? 0 : selection.ids.size;
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-y px-4 py-2 text-list">
      <label className="flex items-center gap-3">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={state === "all"}
          ref={(box) => {
            if (box) box.indeterminate = state === "some";
          }}
          onChange={() => onSelect(toggledLoaded(selection, ids))}
        />
        <span className="tabular">
          {selection.all
            ? t("webhooks.allSelected")
            : count > 0
              ? t("webhooks.selected", { count })
              : t("webhooks.select")}
        </span>
      </label>
      {state === "all" && !selection.all && offersAll && (
        <button
          type="button"
          className="rounded-sm font-semibold text-accent-text underline underline-offset-2"
          onClick={() => onSelect({ all: true })}
        >
          {t("webhooks.selectAll")}
        </button>
      )}
      <div className="ms-auto flex items-center gap-3">
        <span role="status" className="text-ink-soft tabular">
          {replay.busy && t("webhooks.replaying", { count: replay.replayed })}
        </span>
        <Button
          disabled={(count === 0 && !selection.all) || replay.busy}
          onClick={() => replay.run(selectorOf(selection))}
        >
          <RotateCcw aria-hidden className="size-4" />
          {t("webhooks.replay")}
        </Button>
      </div>
    </div>
  );
}
