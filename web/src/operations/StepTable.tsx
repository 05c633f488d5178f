import { useTranslation } from "react-i18next";

import { exactTime } from "@/lib/time";

import { type Steps, stepTime } from "./history";
import type { StepRow } from "./StepChart";

type Props = { steps: Steps; rows: readonly Pick<StepRow, "key" | "name" | "counts">[] };

/** The numbers behind the picture, the latest first. */
export function StepTable({ steps, rows }: Props) {
  const { t } = useTranslation();
  return (
    <details className="mt-3">
      <summary className="w-fit rounded-sm text-list font-medium text-ink-soft hover:text-ink">
        {t("operations.numbers")}
      </summary>
      <div
        role="region"
        aria-label={t("operations.numbers")}
        // A scrolling region has to be reachable by keyboard (WCAG 2.1.1).
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="mt-2 max-h-72 overflow-y-auto border-y"
      >
        <table className="w-full text-list tabular">
          <thead className="sticky top-0 bg-surface text-meta text-ink-soft">
            <tr>
              <th scope="col" className="py-1.5 text-start font-medium">
                {t("operations.from")}
              </th>
              {rows.map(({ key, name }) => (
                <th key={key} scope="col" className="py-1.5 text-end font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.items
              .map(({ at }, index) => ({ at, index }))
              .toReversed()
              .map(({ at, index }) => (
                <tr key={at} className="border-t">
                  <th scope="row" className="py-1 text-start font-normal">
                    <time dateTime={at} title={exactTime(at)}>
                      {stepTime(at, steps)}
                    </time>
                  </th>
                  {rows.map(({ key, counts }) => (
                    <td key={key} className="py-1 text-end">
                      {(counts[index] ?? 0).toLocaleString()}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
