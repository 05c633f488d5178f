import { useTranslation } from "react-i18next";

import type { QueueHistory } from "@/api/types";
import { clockTime } from "@/lib/time";

import { series } from "./history";

/** The numbers behind the picture, the latest first. */
export function HistoryTable({ history }: { history: QueueHistory }) {
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
              {series.map((name) => (
                <th key={name} scope="col" className="py-1.5 text-end font-medium">
                  {t(`operations.series.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {history.items.toReversed().map((step) => (
              <tr key={step.at} className="border-t">
                <th scope="row" className="py-1 text-start font-normal">
                  <time dateTime={step.at}>{clockTime(step.at)}</time>
                </th>
                {series.map((name) => (
                  <td key={name} className="py-1 text-end">
                    {step[name].toLocaleString()}
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
