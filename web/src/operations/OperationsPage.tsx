import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { linesQuery } from "@/settings/lines";
import { ErrorState } from "@/ui/ErrorState";
import { Section } from "@/ui/Section";

import { Depth } from "./Depth";
import { queueQuery, watchMs } from "./figures";
import { History } from "./History";
import { KeyFigures } from "./KeyFigures";
import { LineStates } from "./LineStates";
import { Machinery } from "./Machinery";
import { Status } from "./Status";

/** Whether everything runs, in one look; below it what leaves, what waits, and who does the work. */
export function OperationsPage() {
  const { t } = useTranslation();
  const queue = useQuery(queueQuery);
  const lines = useQuery({ ...linesQuery, refetchInterval: watchMs });
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="max-w-6xl px-4 pb-6">
        {queue.isError && !queue.data ? (
          <ErrorState error={queue.error} onRetry={() => void queue.refetch()} />
        ) : (
          <>
            <Status queue={queue.data} failing={queue.isError} onRetry={() => void queue.refetch()} />
            <KeyFigures queue={queue.data} />
            <History />
            <Section title={t("operations.waiting")} text={t("operations.waitingText")}>
              <Depth queue={queue.data} />
            </Section>
            <LineStates lines={lines} waiting={queue.data?.lines ?? []} at={queue.data?.at} />
            <Machinery queue={queue.data} />
          </>
        )}
      </div>
    </div>
  );
}
