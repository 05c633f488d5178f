import { clsx } from "clsx";
import type { ReactNode } from "react";

/** What is known of something: a name and a value. One without a value is left out. */
export type Fact = [name: string, value: ReactNode];

type Props = { facts: Fact[]; className?: string; atEnd?: boolean };

/** Facts below each other, their names in one column; in a narrow place the values stand at its end. */
export function FactList({ facts, className, atEnd = false }: Props) {
  return (
    <dl className={clsx("grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-list", className)}>
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name} className="contents">
              <dt className="text-ink-soft">{name}</dt>
              <dd className={clsx("min-w-0 wrap-anywhere tabular", atEnd && "text-end")}>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
