import { clsx } from "clsx";
import { type ComponentProps, useId } from "react";

type Shared = { label: string; hint?: string | undefined; error?: string | undefined };

export const fieldClass =
  "min-h-9 w-full rounded-md border border-outline bg-raised px-3 py-1 field-text text-ink aria-invalid:border-danger pointer-coarse:min-h-11";

function Notes({ id, hint, error }: { id: string; hint: string | undefined; error: string | undefined }) {
  if (!error && !hint) return null;
  return (
    <p id={id} className={clsx("mt-1 text-meta", error ? "text-danger" : "text-ink-soft")}>
      {error ?? hint}
    </p>
  );
}

/** A labelled input with its hint, and the reason under it when the server did not like it. */
export function TextField({ label, hint, error, className, ...props }: Shared & ComponentProps<"input">) {
  const id = useId();
  const notes = `${id}-notes`;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-list font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? notes : undefined}
        className={fieldClass}
        {...props}
      />
      <Notes id={notes} hint={hint} error={error} />
    </div>
  );
}

type SelectProps = Shared &
  ComponentProps<"select"> & { options: readonly { value: string; label: string }[] };

/** The browser's own select: the best one there is on a phone, and everyone knows how it works. */
export function SelectField({ label, hint, error, options, className, ...props }: SelectProps) {
  const id = useId();
  const notes = `${id}-notes`;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-list font-medium">
        {label}
      </label>
      <select id={id} aria-describedby={error || hint ? notes : undefined} className={fieldClass} {...props}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Notes id={notes} hint={hint} error={error} />
    </div>
  );
}
