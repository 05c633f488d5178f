import type { ReactNode } from "react";

type Props = { title: string; text?: string; action?: ReactNode; children: ReactNode };

/** A titled part of a settings page. */
export function Section({ title, text, action, children }: Props) {
  return (
    <section className="mb-10">
      <header className="mb-3 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-48 flex-1">
          <h2 className="text-touch font-semibold">{title}</h2>
          {text && <p className="mt-0.5 text-list text-ink-soft">{text}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}
