import { type KeyboardEvent, useCallback, useRef, useState } from "react";

import { slashQuery } from "./slash";
import type { PickerKeys } from "./TemplatePicker";

/** Whether the picker of templates is open, and the way keys reach it while the composer keeps the focus. */
export function useTemplatePicker(text: string) {
  const query = slashQuery(text);
  const [closedAt, setClosedAt] = useState<string>();
  const [activeId, setActiveId] = useState<string>();
  const keys = useRef<PickerKeys>(null);
  const keysRef = useCallback((next: PickerKeys | null) => {
    keys.current = next;
  }, []);
  // Closed by Escape: it stays closed until the slash is gone.
  if (query === undefined && closedAt !== undefined) setClosedAt(undefined);
  const open = query !== undefined && closedAt === undefined;
  return {
    open,
    query: query ?? "",
    activeId: open ? activeId : undefined,
    setActiveId,
    keysRef,
    handle: (event: KeyboardEvent): boolean => open && (keys.current?.(event) ?? false),
    close: () => setClosedAt(text),
  };
}
