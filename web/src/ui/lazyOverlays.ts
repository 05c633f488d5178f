import { lazy } from "react";

const load = () => import("./overlays");

const signsOfLife = ["pointermove", "pointerdown", "keydown"] as const;

/** Fetches the overlays' code at the first sign of a person, so that the first menu opens at once. */
export function preloadOverlays(): () => void {
  const page = new AbortController();
  const start = (): void => {
    page.abort();
    void load();
  };
  for (const sign of signsOfLife)
    window.addEventListener(sign, start, { signal: page.signal, passive: true });
  return () => page.abort();
}

export const MenuOverlay = lazy(async () => ({ default: (await load()).MenuOverlay }));
export const PopoverOverlay = lazy(async () => ({ default: (await load()).PopoverOverlay }));
export const DialogOverlay = lazy(async () => ({ default: (await load()).DialogOverlay }));
export const SheetOverlay = lazy(async () => ({ default: (await load()).SheetOverlay }));
