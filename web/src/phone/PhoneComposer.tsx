import { ArrowUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { SimulatorState } from "./simulator";

type Props = {
  name: string;
  numbers: SimulatorState["numbers"];
  to: string;
  onChooseTo: (number: string) => void;
  onSend: (body: string) => void;
};

/** Texts like a phone does: Enter sends. */
export function PhoneComposer({ name, numbers, to, onChooseTo, onSend }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const send = (): void => {
    if (!text.trim()) return;
    onSend(text.trim());
    setText("");
  };
  return (
    <form
      className="shrink-0 border-t bg-canvas p-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {numbers.length > 1 && (
        <label className="flex items-center gap-1 px-2 pb-1 text-meta text-ink-soft">
          {t("phone.to")}
          <select
            value={to}
            onChange={(event) => onChooseTo(event.target.value)}
            className="min-h-6 flex-1 rounded-sm bg-transparent font-medium text-ink"
          >
            {numbers.map(({ number, name: line }) => (
              <option key={number} value={number}>
                {line}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="flex items-end gap-1 rounded-bubble border border-outline bg-surface ps-3 pe-1">
        <input
          dir="auto"
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={t("phone.write", { name })}
          placeholder={t("phone.placeholder")}
          maxLength={1600}
          autoComplete="off"
          className="min-h-9 min-w-0 flex-1 bg-transparent field-text outline-none"
        />
        <button
          type="submit"
          aria-label={t("phone.send")}
          disabled={!text.trim()}
          className="my-1 flex size-7 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent disabled:opacity-40"
        >
          <ArrowUp aria-hidden className="size-4" />
        </button>
      </div>
    </form>
  );
}
