import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** Why a form was not taken, announced as it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="flex items-start gap-2 text-list text-danger">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="user-text min-w-0">{children}</span>
    </p>
  );
}
