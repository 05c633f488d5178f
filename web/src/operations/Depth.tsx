import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Queue, QueueState } from "@/api/types";
import { between, duration } from "@/lib/duration";

const states: readonly QueueState[] = ["queued", "sending", "unknown", "held", "scheduled"];

/** How many messages have not left or not arrived, by state, and of those that wait how urgent they are. */
export function Depth({ queue }: { queue: Queue | undefined }) {
  const { t } = useTranslation();
  if (!queue) {
    return <div role="status" aria-label={t("common.loading")} className="h-44 skeleton two:h-52" />;
  }
  return (
    <div className="grid gap-x-12 gap-y-6 two:grid-cols-2">
      <Counts
        title={t("operations.byState")}
        rows={states.map((state) => ({
          key: state,
          name: <StateName state={state} />,
          count: queue.states[state],
        }))}
      />
      <Counts
        title={t("operations.byLane")}
        note={t("operations.waitsFor")}
        rows={queue.lanes.map(({ lane, queued, oldest_at }) => ({
          key: lane,
          name: (
            <>
              {t(`operations.lane.${lane}`)}{" "}
              <span className="hidden text-meta text-ink-faint three:inline">
                {t(`operations.laneFor.${lane}`)}
              </span>
            </>
          ),
          count: queued,
          note: oldest_at ? duration(between(oldest_at, queue.at)) : "–",
        }))}
      />
    </div>
  );
}

/** What waits for its time has a page of its own. */
function StateName({ state }: { state: QueueState }) {
  const { t } = useTranslation();
  const name = t(`operations.state.${state}`);
  if (state !== "held" && state !== "scheduled") return name;
  return (
    <Link
      to="/scheduled"
      className="rounded-sm underline decoration-hairline underline-offset-2 hover:decoration-current"
    >
      {name}
    </Link>
  );
}

type Row = { key: string; name: ReactNode; count: number; note?: string };

/** Numbers with their picture: a bar each, on one scale. */
function Counts({ title, note, rows }: { title: string; note?: string; rows: Row[] }) {
  const { t } = useTranslation();
  const most = rows.reduce((most, { count }) => Math.max(most, count), 1);
  return (
    <table className="h-fit w-full text-list">
      <thead>
        <tr className="border-b text-meta text-ink-soft">
          <th scope="col" className="py-1 text-start font-medium">
            {title}
          </th>
          <th scope="col" colSpan={2} className="py-1 text-end font-medium">
            {t("operations.messages")}
          </th>
          {note && (
            <th scope="col" className="w-24 py-1 text-end font-medium">
              {note}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, count, note: told }) => (
          <tr key={key} className="h-8 border-b">
            <th scope="row" className="pe-3 text-start font-normal">
              {name}
            </th>
            <td aria-hidden className="w-1/4">
              <span
                className="block h-1.5 rounded-full bg-accent"
                style={{ width: `${(count / most) * 100}%` }}
              />
            </td>
            <td className="w-20 text-end tabular">{count.toLocaleString()}</td>
            {note && <td className="text-end text-ink-soft tabular">{told}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
