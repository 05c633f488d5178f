import { Suspense } from "react";

import { MenuOverlay } from "./lazyOverlays";
import type { MenuProps } from "./menuTypes";
import { useTrigger } from "./useTrigger";

/** A button's menu. */
export function Menu({ trigger, ...menu }: MenuProps) {
  const { open, close, anchor, props } = useTrigger("menu");
  return (
    <>
      {trigger(props)}
      {open && (
        <Suspense>
          <MenuOverlay anchor={anchor} onClose={close} {...menu} />
        </Suspense>
      )}
    </>
  );
}
