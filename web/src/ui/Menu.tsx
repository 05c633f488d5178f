import type { LucideIcon } from "lucide-react";
import { type ReactNode, Suspense } from "react";

import type { ShortcutId } from "@/keyboard/catalogue";

import { MenuOverlay } from "./lazyOverlays";
import { type TriggerProps, useTrigger } from "./useTrigger";

/** One action. Every action that has a key shows it. */
export type MenuAction = { icon: LucideIcon; label: string; shortcut?: ShortcutId; onSelect: () => void };

/** One out of several, with a check mark. */
export type MenuChoice = {
  value: string;
  options: readonly { value: string; label: string; detail?: string }[];
  onChange: (value: string) => void;
};

export type MenuProps = {
  trigger: (props: TriggerProps) => ReactNode;
  label: string;
  header?: ReactNode;
  actions?: readonly MenuAction[];
  choice?: MenuChoice;
  side?: "top" | "bottom" | "right";
  align?: "start" | "end";
};

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
