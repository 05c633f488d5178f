import { type RefObject, useRef, useState } from "react";

/** What a button needs to open something that floats beside it. */
export type TriggerProps = {
  ref: RefObject<HTMLButtonElement | null>;
  "aria-haspopup": "menu" | "dialog";
  "aria-expanded": boolean;
  onClick: () => void;
};

export function useTrigger(kind: "menu" | "dialog") {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const props: TriggerProps = {
    ref: anchor,
    "aria-haspopup": kind,
    "aria-expanded": open,
    onClick: () => setOpen((was) => !was),
  };
  return { open, close: () => setOpen(false), anchor, props };
}
