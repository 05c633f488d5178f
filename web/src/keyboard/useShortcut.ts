import { useEffect, useEffectEvent } from "react";

import type { ShortcutId } from "./catalogue";
import { registry, type ShortcutHandler } from "./registry";

/** Binds a shortcut while the component is on screen. `enabled` false leaves it to whoever bound it before. */
export function useShortcut(id: ShortcutId, handler: ShortcutHandler | (() => void), enabled = true): void {
  const run = useEffectEvent(handler);
  useEffect(() => {
    if (!enabled) return;
    return registry.bind(id, () => run() ?? undefined);
  }, [id, enabled]);
}

/** Connects the registry to the page; called once, by the root. */
export function useShortcutListener(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => registry.handle(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
