import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Pencil, RotateCcw, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ListedMessage } from "@/api/types";
import { countOf, loadedState, type Selection, toggledLoaded } from "@/lib/selection";
import { useInstallation } from "@/session/session";
import { lineOptions, linesQuery } from "@/settings/lines";
import { Button } from "@/ui/Button";
import { Menu } from "@/ui/Menu";

import { selectorOf } from "./filter";
import type { LetterActions } from "./useLetterActions";

const EditAndSendDialog = lazy(async () => ({
  default: (await import("./EditAndSendDialog")).EditAndSendDialog,
}));

type Props = {
  selection: Selection;
  onSelect: (selection: Selection) => void;
  letters: ListedMessage[];
  total: number;
  filter: { code?: string; q?: string };
  actions: LetterActions;
};

/** What is chosen and what can be done with it. Always there, so that nothing jumps when something is chosen. */
export function ActionBar({ selection, onSelect, letters, total, filter, actions }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const count = countOf(selection, total);
  const only = count === 1 ? letters.find(({ id }) => !selection.all && selection.ids.has(id)) : undefined;
  const idle = count === 0 || actions.busy;
  const selector = selectorOf(selection, filter);
  return (
    <div className="flex flex-wrap items-center gap-2 border-y px-4 py-2">
      <SelectBox selection={selection} onSelect={onSelect} letters={letters} total={total} />
      <div className="ms-auto flex flex-wrap gap-2">
        <Button disabled={idle} onClick={() => actions.retry(selector)}>
          <RotateCcw aria-hidden className="size-4" />
          {t("letters.retry")}
        </Button>
        <OtherLine disabled={idle} onChoose={(line_id) => actions.retry({ ...selector, line_id })} />
        <Button disabled={idle || !only} onClick={() => setEditing(true)}>
          <Pencil aria-hidden className="size-4" />
          {t("letters.editAndSend")}
        </Button>
        <Button look="danger" disabled={idle} onClick={() => actions.drop(selector)}>
          <Trash2 aria-hidden className="size-4" />
          {t("letters.drop")}
        </Button>
      </div>
      {editing && only && (
        <Suspense>
          <EditAndSendDialog
            letter={only}
            onClose={() => setEditing(false)}
            onSend={(body) => {
              setEditing(false);
              actions.retry({ ids: [only.id], body });
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

/** The box for all that one can see, then the offer to take everything. */
function SelectBox({
  selection,
  onSelect,
  letters,
  total,
}: Pick<Props, "selection" | "onSelect" | "letters" | "total">) {
  const { t } = useTranslation();
  const ids = letters.map(({ id }) => id);
  const state = loadedState(selection, ids);
  const count = countOf(selection, total);
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 text-list">
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
        <span className="tabular">{count > 0 ? t("letters.selected", { count }) : t("letters.select")}</span>
      </label>
      {state === "all" && !selection.all && total > ids.length && (
        <button
          type="button"
          className="rounded-sm font-semibold text-accent-text underline underline-offset-2"
          onClick={() => onSelect({ all: true })}
        >
          {t("letters.selectAll", { count: total })}
        </button>
      )}
    </div>
  );
}

/** Sends by a line of one's choice; only where there is one to choose. */
function OtherLine({ disabled, onChoose }: { disabled: boolean; onChoose: (lineId: string) => void }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const { data: lines = [] } = useQuery(linesQuery);
  if (lines.length < 2) return null;
  const options = lineOptions(lines, default_country);
  return (
    <Menu
      label={t("letters.byLine")}
      trigger={(props) => (
        <Button disabled={disabled} {...props}>
          {t("letters.byLine")}
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      )}
      choice={{ value: "", options, onChange: onChoose }}
    />
  );
}
