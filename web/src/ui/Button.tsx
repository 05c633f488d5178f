import { clsx } from "clsx";
import type { ComponentProps } from "react";

type Look = "primary" | "plain" | "quiet" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong active:bg-accent-strong",
  plain: "border border-hairline bg-raised text-ink hover:bg-hover active:bg-selected",
  quiet: "text-ink-soft hover:bg-hover hover:text-ink active:bg-selected",
  danger: "border border-hairline bg-raised text-danger hover:bg-danger-soft active:bg-danger-soft",
};

export function buttonClass(look: Look = "plain", className?: string): string {
  return clsx(
    "inline-flex min-h-8 items-center justify-center gap-2 rounded-md px-3 py-1 text-list font-medium transition-colors select-none",
    "pointer-coarse:min-h-10 disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-50",
    looks[look],
    className,
  );
}

type Props = ComponentProps<"button"> & { look?: Look };

export function Button({ look = "plain", className, type = "button", ...props }: Props) {
  return <button type={type} className={buttonClass(look, className)} {...props} />;
}
