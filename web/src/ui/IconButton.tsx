import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";

import type { ShortcutId } from "@/keyboard/catalogue";

import { hint } from "./hint";

type Props = Omit<ComponentProps<"button">, "aria-label"> & {
  icon: LucideIcon;
  /** Names the action, for screen readers and in the tooltip. */
  label: string;
  shortcut?: ShortcutId;
};

export function iconButtonClass(className?: string): string {
  return clsx(
    "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-soft transition-colors",
    "hover:bg-hover hover:text-ink active:bg-selected aria-expanded:bg-hover aria-pressed:bg-selected aria-pressed:text-accent-text",
    "pointer-coarse:size-10 disabled:pointer-events-none disabled:opacity-40",
    className,
  );
}

/** A button that is only an icon; its tooltip shows the name and the key. */
export function IconButton({ icon: Icon, label, shortcut, className, ...props }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      {...hint(label, shortcut)}
      className={iconButtonClass(className)}
      {...props}
    >
      <Icon aria-hidden className="size-4" />
    </button>
  );
}
