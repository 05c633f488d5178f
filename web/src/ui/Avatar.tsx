import { clsx } from "clsx";
import { UserRound } from "lucide-react";

import { hueOf, initials } from "@/lib/names";

const sizes = { small: "size-6 text-meta", medium: "size-9 text-list", large: "size-14 text-title" };

type Props = { id: string; name: string | null | undefined; size?: keyof typeof sizes };

/** Initials on a colour of one's own. Decoration: the name always stands beside it. */
export function Avatar({ id, name, size = "medium" }: Props) {
  const letters = initials(name);
  const hue = hueOf(id);
  return (
    <span
      aria-hidden
      className={clsx(
        "flex shrink-0 items-center justify-center overflow-hidden rounded-full font-medium select-none",
        sizes[size],
      )}
      style={{
        background: `oklch(var(--avatar-lightness) var(--avatar-chroma) ${hue})`,
        color: `oklch(var(--avatar-ink-lightness) var(--avatar-chroma) ${hue})`,
      }}
    >
      {letters || <UserRound className="size-1/2" />}
    </span>
  );
}
