import { scaleEnd } from "./scale";

type Row = { key: string; label: string; value: number; low: number; high: number };

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

/**
 * Rates on one scale: a dot for the share, a bar for where it lies with 95 % certainty. Bars that do not overlap
 * are a difference one can trust. Every row carries its numbers, so the picture never has to be measured.
 */
export function IntervalChart({ rows }: { rows: Row[] }) {
  const end = scaleEnd(rows.map(({ high }) => high));
  const at = (rate: number): string => `${(rate / end) * 100}%`;
  return (
    <div className="grid gap-y-2 text-list">
      {rows.map(({ key, label, value, low, high }) => (
        <div key={key} className={rowClass}>
          <span className="truncate" title={label}>
            {label}
          </span>
          <span aria-hidden className={`${trackPlace} relative h-5 rounded-sm bg-hover`}>
            <span
              className="absolute inset-y-1.5 rounded-full bg-accent/35"
              style={{ insetInlineStart: at(low), width: at(high - low) }}
            />
            <span
              className="absolute inset-y-1 -ms-1.5 size-3 rounded-full bg-accent"
              style={{ insetInlineStart: at(value) }}
            />
          </span>
          <span className="text-end tabular">
            {percent.format(value)}{" "}
            <span className="text-meta text-ink-soft">
              ({percent.format(low)}–{percent.format(high)})
            </span>
          </span>
        </div>
      ))}
      <div aria-hidden className={rowClass}>
        <span className="hidden three:block" />
        <span className={`${trackPlace} flex justify-between text-meta text-ink-faint tabular`}>
          <span>{percent.format(0)}</span>
          <span>{percent.format(end)}</span>
        </span>
      </div>
    </div>
  );
}

/** Label, picture and numbers beside each other; on a phone the picture stands below the two. */
const rowClass = "grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 three:grid-cols-[6rem_1fr_8.5rem]";
const trackPlace = "order-last col-span-2 three:order-none three:col-span-1";
