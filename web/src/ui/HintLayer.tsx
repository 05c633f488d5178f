import { useEffect, useLayoutEffect, useRef, useState } from "react";

import { Keys } from "@/keyboard/Keys";

const restMs = 500;
const distance = 6;
const margin = 8;

/** Shows the tooltip of whatever the pointer rests on or the keyboard focuses; see hint.ts. */
export function HintLayer() {
  const [target, setTarget] = useState<HTMLElement>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      setTarget(undefined);
    };
    const show = (event: Event, delayMs: number): void => {
      const found = (event.target as Element).closest<HTMLElement>("[data-hint]") ?? undefined;
      clearTimeout(timer);
      if (!found) setTarget(undefined);
      else timer = setTimeout(() => setTarget(found), delayMs);
    };
    const over = (event: PointerEvent): void => {
      if (event.pointerType === "mouse") show(event, restMs);
    };
    const focus = (event: FocusEvent): void => {
      if ((event.target as Element).matches(":focus-visible")) show(event, 0);
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Escape") hide();
    };
    const page = new AbortController();
    const { signal } = page;
    document.addEventListener("pointerover", over, { signal });
    document.addEventListener("focusin", focus, { signal });
    document.addEventListener("focusout", hide, { signal });
    document.addEventListener("pointerdown", hide, { signal });
    document.addEventListener("scroll", hide, { signal, capture: true });
    document.addEventListener("keydown", key, { signal });
    return () => {
      clearTimeout(timer);
      page.abort();
    };
  }, []);
  if (!target?.isConnected) return null;
  return <Tooltip key={target.dataset["hint"]} target={target} />;
}

function Tooltip({ target }: { target: HTMLElement }) {
  const { hint, hintKeys, hintSide } = target.dataset;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) place(box.current, target.getBoundingClientRect(), hintSide === "right");
  }, [target, hintSide]);
  return (
    // Hidden from screen readers: they have read the same words as the control's name.
    <div
      ref={box}
      aria-hidden
      className="pointer-events-none fixed top-0 left-0 z-50 flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-meta text-surface"
    >
      {hint}
      {hintKeys && <Keys keys={hintKeys} />}
    </div>
  );
}

function place(box: HTMLElement, target: DOMRect, right: boolean): void {
  const { width, height } = box.getBoundingClientRect();
  const middle = (start: number, length: number, own: number): number => start + (length - own) / 2;
  let left = right ? target.right + distance : middle(target.left, target.width, width);
  let top = right ? middle(target.top, target.height, height) : target.bottom + distance;
  if (top + height > window.innerHeight - margin) top = target.top - height - distance;
  left = Math.min(Math.max(left, margin), window.innerWidth - width - margin);
  box.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}
