import { type ReactNode, Suspense } from "react";

import { PopoverOverlay } from "./lazyOverlays";
import { type TriggerProps, useTrigger } from "./useTrigger";

type Props = { trigger: (props: TriggerProps) => ReactNode; label: string; children: ReactNode };

/** Details that float beside what was clicked. The content is only made when it opens. */
export function Popover({ trigger, label, children }: Props) {
  const { open, close, anchor, props } = useTrigger("dialog");
  return (
    <>
      {trigger(props)}
      {open && (
        <Suspense>
          <PopoverOverlay anchor={anchor} onClose={close} label={label}>
            {children}
          </PopoverOverlay>
        </Suspense>
      )}
    </>
  );
}
