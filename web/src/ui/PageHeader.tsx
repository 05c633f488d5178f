import type { ReactNode } from "react";

/** The title line of a page, 56 px, with its actions at the end. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-2 px-4 safe-top">
      <h1 className="min-w-0 flex-1 truncate text-title font-semibold">{title}</h1>
      {children}
    </header>
  );
}
