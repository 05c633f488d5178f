/** What a menu holds: told to the button that opens it and to the overlay that is loaded then. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import type { ChannelName } from "@/api/types";
import type { ShortcutId } from "@/keyboard/catalogue";

import type { TriggerProps } from "./useTrigger";

/** One action. Every action that has a key shows it. */
export type MenuAction = { icon: LucideIcon; label: string; shortcut?: ShortcutId; onSelect: () => void };

/** One out of several, with a check mark. */
export type MenuChoice = {
  value: string;
  options: readonly { value: string; label: string; detail?: string; sign?: ChannelName }[];
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
