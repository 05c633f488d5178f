import { type ReactNode, useId } from "react";

type Option<T extends string> = { value: T; label: string; icon?: ReactNode };
type Props<T extends string> = {
  legend: string;
  hint?: string;
  /** For a choice that explains itself; screen readers still hear the legend. */
  hideLegend?: boolean;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
};

/** A few alternatives side by side. Radio buttons underneath, so keys and screen readers know them. */
export function Choice<T extends string>({
  legend,
  hint,
  hideLegend = false,
  value,
  options,
  onChange,
}: Props<T>) {
  const name = useId();
  return (
    <fieldset className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <legend className={hideLegend ? "sr-only" : "float-left min-w-40 flex-1 text-list"}>
        <span className="block font-medium">{legend}</span>
        {hint && <span className="block text-meta text-ink-soft">{hint}</span>}
      </legend>
      <div className="inline-flex rounded-md border border-hairline bg-canvas p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className="inline-flex min-h-7 items-center gap-2 rounded-md px-3 text-list text-ink-soft border border-transparent has-checked:border-hairline has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-9"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.icon}
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
