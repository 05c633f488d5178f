import { clsx } from "clsx";
import { type PointerEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { clockTime, dayOfWeek } from "@/lib/time";

import { countEnd, endOf, fewTicks, isLong, type Steps, stepTime, tickSteps } from "./history";

/** One picture: what is counted, and how it looks. */
export type StepRow = {
  key: string;
  name: string;
  /** One count for each step. */
  counts: readonly number[];
  bar: string;
  height: string;
  /** So much of the height one has at least: it must not vanish beside a thousand. */
  least: number;
};

type Props = {
  /** Absent while it loads. */
  steps: Steps | undefined;
  rows: readonly StepRow[];
  /** What the numbers are of while nothing is pointed at. */
  whole: string;
};

/** Where the pictures stand, beside their names and scales; the same in every row, so that times line up. */
const row = "grid grid-cols-[5rem_1fr_2rem] gap-x-2 two:grid-cols-[6rem_1fr_2.5rem]";

/** One picture per row over the same time. Pointing at a moment tells its numbers; a table has them all. */
export function StepChart({ steps, rows, whole }: Props) {
  const { t } = useTranslation();
  const [pointed, setPointed] = useState<number>();
  const step = pointed === undefined ? undefined : steps?.items[pointed];
  const shown = ({ counts }: StepRow): number =>
    step && pointed !== undefined ? (counts[pointed] ?? 0) : counts.reduce((a, b) => a + b, 0);
  return (
    <figure onPointerLeave={() => setPointed(undefined)}>
      <figcaption className={`${row} mb-1 h-5`}>
        <span className="col-start-2 text-meta text-ink-soft tabular">
          {step && steps
            ? t("operations.during", {
                from: stepTime(step.at, steps),
                to: clockTime(endOf(step, steps.step_seconds)),
              })
            : whole}
        </span>
      </figcaption>
      {rows.map((each) => (
        <div key={each.key} className={`${row} mb-3`}>
          <div className="min-w-0">
            <p className="truncate text-list text-ink-soft">{each.name}</p>
            <p className="font-semibold tabular">{steps ? shown(each).toLocaleString() : "–"}</p>
          </div>
          {steps ? (
            <Bars row={each} pointed={pointed} onPoint={setPointed} />
          ) : (
            <div className={`${each.height} col-span-2 skeleton`} />
          )}
        </div>
      ))}
      <TimeAxis steps={steps} />
    </figure>
  );
}

type BarsProps = { row: StepRow; pointed: number | undefined; onPoint: (index: number) => void };

/** What is left between two bars, as a share of a step. */
const gap = 0.2;

function Bars({ row: { name, counts, bar, height: high, least }, pointed, onPoint }: BarsProps) {
  const { t } = useTranslation();
  const [highest, end] = [Math.max(0, ...counts), countEnd(counts)];
  const point = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * counts.length);
    onPoint(Math.min(counts.length - 1, Math.max(0, index)));
  };
  return (
    <>
      <div
        className={`${high} relative border-y border-b-outline ${highest > 0 ? "" : "border-t-transparent"}`}
        onPointerMove={point}
        onPointerDown={point}
      >
        {pointed !== undefined && (
          <span
            aria-hidden
            className="absolute inset-y-0 bg-selected"
            style={{ left: `${(pointed / counts.length) * 100}%`, width: `${100 / counts.length}%` }}
          />
        )}
        <svg
          role="img"
          aria-label={t("operations.chartLabel", {
            series: name,
            total: counts.reduce((a, b) => a + b, 0),
            most: highest,
          })}
          viewBox={`0 0 ${Math.max(1, counts.length)} 1`}
          preserveAspectRatio="none"
          className={`absolute inset-0 size-full ${bar}`}
        >
          {counts.map((count, index) => {
            const height = count === 0 ? 0 : Math.max(least, count / end);
            const isGoingOn = index === counts.length - 1;
            return (
              height > 0 && (
                <rect
                  key={index}
                  x={index + gap / 2}
                  y={1 - height}
                  width={1 - gap}
                  height={height}
                  opacity={isGoingOn ? 0.55 : 1}
                />
              )
            );
          })}
        </svg>
      </div>
      <span aria-hidden className="-mt-2 text-meta text-ink-faint tabular">
        {highest > 0 && end.toLocaleString()}
      </span>
    </>
  );
}

/** The times under the pictures. */
function TimeAxis({ steps }: { steps: Steps | undefined }) {
  const { t } = useTranslation();
  const length = steps?.items.length ?? 1;
  const ticks = steps ? tickSteps(steps) : [];
  const few = fewTicks(ticks, length);
  const label = (index: number): string => {
    const at = steps?.items[index]?.at ?? "";
    return steps && isLong(steps) ? dayOfWeek(at) : clockTime(at);
  };
  return (
    <div aria-hidden className={`${row} h-4 text-meta text-ink-faint tabular`}>
      <div className="relative col-start-2">
        {ticks.map((index) => (
          <span
            key={index}
            className={clsx(
              "absolute -translate-x-1/2 whitespace-nowrap",
              !few.has(index) && "hidden two:block",
            )}
            style={{ left: `${((index + 0.5) / length) * 100}%` }}
          >
            {label(index)}
          </span>
        ))}
        <span className="absolute end-0">{t("common.now")}</span>
      </div>
    </div>
  );
}
