import { shortcuts, type ShortcutId } from "@/keyboard/catalogue";

type Side = "bottom" | "right";

/**
 * Gives an element a tooltip: spread the result into it. One layer (HintLayer) shows the tooltips of the whole
 * page, so a control costs nothing until the pointer rests on it. The element carries its own accessible name.
 */
export function hint(text: string, shortcut?: ShortcutId, side: Side = "bottom") {
  return {
    "data-hint": text,
    "data-hint-side": side,
    "data-hint-keys": shortcut && shortcuts[shortcut].keys[0],
  };
}
