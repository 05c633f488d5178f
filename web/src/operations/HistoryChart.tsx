import { clsx } from "clsx";
import { type PointerEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import type { HistorySpan, HistoryStep, QueueHistory } from "@/api/types";
import { clockTime } from "@/lib/time";

import { countEnd, endOf, fewTicks, type Series, series, tickSteps, totalsOf } from "./history";

/** Each series has a place, a name and a number of its own, so that its colour only has to please. */
const looks: Record<Series, { bar: string; height: string }> = {
  sent: { bar: "fill-accent", height: "h-28" },
  failed: { bar: "fill-danger", height: "h-9" },
  in_doubt: { bar: "fill-warning", height: "h-9" },
};

/** Where the pictures stand, beside their names and scales; the same in every row, so that times line up. */
const row = "grid grid-cols-[5rem_1fr_2rem] gap-x-2 two:grid-cols-[6rem_1fr_2.5rem]";

/** One picture per series over the same time. Pointing at a moment tells its numbers; the table has them all. */
export function HistoryChart({ history, span }: { history: QueueHistory | undefined; span: HistorySpan }) {
  const { t } = useTranslation();
  const [pointed, setPointed] = useState<number>();
  const steps = history?.items ?? [];
  const step = pointed === undefined ? undefined : steps[pointed];
  const shown = step ?? (history && totalsOf(steps));
  return (
    <figure onPointerLeave={() => setPointed(undefined)}>
      <figcaption className={`${row} mb-1 h-5`}>
        <span className="col-start-2 text-meta text-ink-soft tabular">
          {step && history
            ? t("operations.during", {
                from: clockTime(step.at),
                to: clockTime(endOf(step, history.step_seconds)),
              })
            : t(`operations.inAll.${span}`)}
        </span>
      </figcaption>
      {series.map((name) => (
        <div key={name} className={`${row} mb-3`}>
          <div className="min-w-0">
            <p className="truncate text-list text-ink-soft">{t(`operations.series.${name}`)}</p>
            <p className="font-semibold tabular">{shown ? shown[name].toLocaleString() : "–"}</p>
          </div>
          {history ? (
            <Bars name={name} steps={steps} pointed={pointed} onPoint={setPointed} />
          ) : (
            <div className={`${looks[name].height} col-span-2 skeleton`} />
          )}
        </div>
      ))}
      <TimeAxis history={history} />
    </figure>
  );
}

type BarsProps = {
  name: Series;
  steps: HistoryStep[];
  pointed: number | undefined;
  onPoint: (index: number) => void;
};

/** What is left between two bars, as a share of a step. */
const gap = 0.2;
/** So much of the height one message has at least: it must not vanish beside a thousand. */
const leastHeight: Record<Series, number> = { sent: 0.03, failed: 0.1, in_doubt: 0.1 };

function Bars({ name, steps, pointed, onPoint }: BarsProps) {
  const { t } = useTranslation();
  const counts = steps.map((step) => step[name]);
  const [highest, end] = [Math.max(0, ...counts), countEnd(counts)];
  const point = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * steps.length);
    onPoint(Math.min(steps.length - 1, Math.max(0, index)));
  };
  return (
    <>
      <div
        className={`${looks[name].height} relative border-y border-b-outline ${highest > 0 ? "" : "border-t-transparent"}`}
        onPointerMove={point}
        onPointerDown={point}
      >
        {pointed !== undefined && (
          <span
            aria-hidden
            className="absolute inset-y-0 bg-selected"
            style={{ left: `${(pointed / steps.length) * 100}%`, width: `${100 / steps.length}%` }}
          />
        )}
        <svg
          role="img"
          aria-label={t("operations.chartLabel", {
            series: t(`operations.series.${name}`),
            total: counts.reduce((a, b) => a + b, 0),
            most: highest,
          })}
          viewBox={`0 0 ${Math.max(1, steps.length)} 1`}
          preserveAspectRatio="none"
          className={`absolute inset-0 size-full ${looks[name].bar}`}
        >
          {counts.map((count, index) => {
            const height = count === 0 ? 0 : Math.max(leastHeight[name], count / end);
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
function TimeAxis({ history }: { history: QueueHistory | undefined }) {
  const { t } = useTranslation();
  const length = history?.items.length ?? 1;
  const ticks = history ? tickSteps(history) : [];
  const few = fewTicks(ticks, length);
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
            {clockTime(history?.items[index]?.at ?? "")}
          </span>
        ))}
        <span className="absolute end-0">{t("common.now")}</span>
      </div>
    </div>
  );
}
