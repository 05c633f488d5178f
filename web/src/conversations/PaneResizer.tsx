import type { KeyboardEvent, PointerEvent } from "react";
import { useTranslation } from "react-i18next";

import { listWidthRange, setPreference, usePreferences } from "@/settings/preferences";

const step = 16;
const { min, max } = listWidthRange;
const clamp = (width: number): number => Math.round(Math.min(max, Math.max(min, width)));

/** The edge of the list: drag it, or focus it and use the arrows. The width is remembered. */
export function PaneResizer() {
  const { t } = useTranslation();
  const { listWidth } = usePreferences();
  const resize = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const pane = event.currentTarget.parentElement?.getBoundingClientRect();
    if (pane) setPreference("listWidth", clamp(event.clientX - pane.left));
  };
  const nudge = (event: KeyboardEvent): void => {
    const change = { ArrowLeft: -step, ArrowRight: step }[event.key];
    if (change === undefined) return;
    event.preventDefault();
    setPreference("listWidth", clamp(listWidth + change));
  };
  return (
    // A separator that can be moved is a control (ARIA: focusable separator), which the lint rule does not know.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("conversations.resize")}
      aria-valuenow={listWidth}
      aria-valuemin={min}
      aria-valuemax={max}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={resize}
      onKeyDown={nudge}
      className="absolute inset-y-0 -end-1 z-10 hidden w-2 cursor-col-resize touch-none transition-colors hover:bg-accent/25 active:bg-accent/25 two:block"
    />
  );
}
