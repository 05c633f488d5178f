import { useEffect, useState } from "react";

import { registry } from "@/keyboard/registry";

/**
 * Shortcuts rest while something modal is open. It is only made when it is first opened, and then kept, so that
 * it can leave the way it came.
 */
export function useModal(open: boolean): { needed: boolean } {
  const [needed, setNeeded] = useState(open);
  if (open && !needed) setNeeded(true);
  useEffect(() => (open ? registry.pause() : undefined), [open]);
  return { needed };
}
