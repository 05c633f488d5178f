type Props<T extends string> = {
  /** Says what is chosen between, to screen readers; the first option says it to everyone else. */
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
};

/** One of several, in a row of filters. The browser's own select, for the reasons of `SelectField`. */
export function FilterSelect<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => {
        const chosen = options.find((option) => option.value === target.value);
        if (chosen) onChange(chosen.value);
      }}
      className="h-9 max-w-44 min-w-0 shrink-0 rounded-md border border-hairline bg-surface px-2 text-list text-ink focus:border-accent pointer-coarse:h-11"
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
