import type { ReactNode } from "react";

import { Logo } from "@/ui/Logo";

/** The frame of the pages before signing in: a name, a sentence, a form. */
export function AuthLayout({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <main id="main" className="flex h-full overflow-y-auto px-6 py-10 safe-top safe-bottom">
      <div className="m-auto w-full max-w-88">
        <Logo className="mb-6 size-10" />
        <h1 className="text-title font-semibold text-balance">{title}</h1>
        {text && <p className="mt-1 text-ink-soft">{text}</p>}
        <div className="mt-6">{children}</div>
      </div>
    </main>
  );
}
