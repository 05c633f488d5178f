import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

type Props = { icon: LucideIcon; title: string; text?: string; children?: ReactNode };

/** An empty place that says what belongs here and how it gets here. */
export function EmptyState({ icon: Icon, title, text, children }: Props) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 px-6 py-10 text-center">
      <Icon aria-hidden className="size-8 text-ink-faint" strokeWidth={1.5} />
      <div className="max-w-80 space-y-1">
        <h2 className="font-semibold">{title}</h2>
        {text && <p className="text-list text-balance text-ink-soft">{text}</p>}
      </div>
      {children}
    </div>
  );
}
