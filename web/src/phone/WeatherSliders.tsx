import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Span } from "./simulator";

type RowProps = {
  label: string;
  hint?: string;
  reading: string;
  children: (ids: { id: string; hintId: string | undefined }) => ReactNode;
};

function Row({ label, hint, reading, children }: RowProps) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  return (
    <div>
      <div className="flex items-baseline justify-between gap-3 text-list">
        <label htmlFor={id}>{label}</label>
        <output htmlFor={id} className="text-ink-soft tabular">
          {reading}
        </output>
      </div>
      {hint && (
        <p id={hintId} className="text-meta text-ink-soft">
          {hint}
        </p>
      )}
      {children({ id, hintId })}
    </div>
  );
}

const sliderClass = "mt-1 block h-6 w-full accent-accent";

/** While it is dragged the slider is its own master; the carrier is told once, at the end. */
function useDraggable(value: number, onChange: (value: number) => void) {
  const [dragged, setDragged] = useState<number>();
  const commit = (): void => {
    if (dragged !== undefined && dragged !== value) onChange(dragged);
    setDragged(undefined);
  };
  return {
    shown: dragged ?? value,
    props: {
      value: dragged ?? value,
      onChange: (event: { target: { value: string } }) => setDragged(Number(event.target.value)),
      onPointerUp: commit,
      onKeyUp: commit,
      onBlur: commit,
    },
  };
}

type RateProps = { label: string; hint: string; value: number; onChange: (value: number) => void };

/** How often something happens: never to always, in steps of five per cent. */
export function RateSlider({ label, hint, value, onChange }: RateProps) {
  const { t } = useTranslation();
  const { shown, props } = useDraggable(value, onChange);
  const reading = shown === 0 ? t("phone.never") : shown.toLocaleString(undefined, { style: "percent" });
  return (
    <Row label={label} hint={hint} reading={reading}>
      {({ id, hintId }) => (
        <input
          id={id}
          aria-describedby={hintId}
          type="range"
          min={0}
          max={1}
          step={0.05}
          {...props}
          className={sliderClass}
        />
      )}
    </Row>
  );
}

const longestMs = 20_000;

type SpanProps = { label: string; value: Span; onChange: (value: Span) => void };

/** Up to how long something takes; each time it is anything between a third of that and all of it. */
export function SpanSlider({ label, value, onChange }: SpanProps) {
  const { t } = useTranslation();
  const { shown, props } = useDraggable(value.max, (max) => onChange({ min: Math.round(max / 3), max }));
  const reading =
    shown === 0 ? t("phone.atOnce") : t("phone.upTo", { seconds: (shown / 1000).toLocaleString() });
  return (
    <Row label={label} reading={reading}>
      {({ id }) => (
        <input id={id} type="range" min={0} max={longestMs} step={500} {...props} className={sliderClass} />
      )}
    </Row>
  );
}
