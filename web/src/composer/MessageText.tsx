import { useId } from "react";
import { useTranslation } from "react-i18next";

import { fieldClass } from "@/ui/Field";

import { SegmentMeter } from "./SegmentMeter";
import { countSegments } from "./segments";

type Props = {
  text: string;
  onChange: (text: string) => void;
  /** Why the server did not take it. */
  error?: string | undefined;
};

/** The text of a message that is written anew in a dialog, with what it takes to send it. */
export function MessageText({ text, onChange, error }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-list font-medium">
        {t("schedule.text")}
      </label>
      <textarea
        id={id}
        rows={5}
        dir="auto"
        autoFocus
        value={text}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={(event) => onChange(event.target.value)}
        className={`${fieldClass} py-2`}
      />
      <p className="flex min-h-4 justify-between text-meta text-ink-soft">
        <span id={`${id}-error`} className="text-danger">
          {error}
        </span>
        <SegmentMeter text={text} count={countSegments(text.trim())} />
      </p>
    </div>
  );
}
