/** How the queue stands and what left: keys, queries, and how often they are asked again while somebody looks. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import type { HistorySpan } from "@/api/types";
import { startOfDay } from "@/lib/time";

export const watchMs = 5_000;

/** Only while the page is in sight: a hidden one asks for nothing, and catches up when it is seen again. */
const watched = {
  staleTime: 0,
  refetchInterval: watchMs,
  refetchIntervalInBackground: false,
  refetchOnWindowFocus: true,
} as const;

export const queueQuery = queryOptions({
  queryKey: ["queue"],
  queryFn: ({ signal }) => {
    const today_from = new Date(startOfDay(Date.now())).toISOString();
    return call(api.GET("/api/queue", { params: { query: { today_from } }, signal }));
  },
  ...watched,
});

export const historyQuery = (span: HistorySpan) =>
  queryOptions({
    queryKey: ["queue", "history", span],
    queryFn: ({ signal }) => call(api.GET("/api/queue/history", { params: { query: { span } }, signal })),
    ...watched,
    // The chart keeps its place while the other span comes.
    placeholderData: keepPreviousData,
  });
