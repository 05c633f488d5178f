import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

const tones = {
  danger: "bg-danger-soft text-danger",
  warning: "bg-warning-soft text-warning",
  note: "bg-note-soft text-note",
};

type Props = { tone: keyof typeof tones; icon: LucideIcon; children: ReactNode; className?: string };

/** One line across a pane that says why something is not as usual. */
export function Banner({ tone, icon: Icon, children, className }: Props) {
  return (
    <div className={clsx("flex items-start gap-2 px-4 py-2 text-list", tones[tone], className)}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
