/** Webhooks as they came and what went wrong: keys, queries, and processing again. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { byPages, onePage } from "@/api/pages";
import type { ReplaySelection } from "@/api/types";

import {
  beginOf,
  failureFilter,
  type FailureSearch,
  journalFilter,
  type JournalSearch,
  type Period,
} from "./filter";

const keys = {
  all: ["journal"] as const,
  list: (search: JournalSearch) => ["journal", "list", search] as const,
  entry: (id: string) => ["journal", "entry", id] as const,
  failures: (search: FailureSearch) => ["journal", "failures", search] as const,
  rate: (span: RateSpan) => ["journal", "rate", span] as const,
};

const watchMs = 5_000;
/** Counting is dearer, and its picture changes slowly. */
const rateMs = 15_000;

/** Asked again while the page is in sight; not so once somebody has read far down, since all pages come again. */
const watched = {
  staleTime: 0,
  refetchInterval: (query: { state: { data?: { pages: readonly unknown[] } | undefined } }) =>
    (query.state.data?.pages.length ?? 0) <= 2 ? watchMs : false,
  refetchIntervalInBackground: false,
} as const;

export const journalQuery = (search: JournalSearch) =>
  infiniteQueryOptions({
    queryKey: keys.list(search),
    queryFn: ({ pageParam, signal }) => {
      const query = { ...journalFilter(search, Date.now()), ...onePage(pageParam) };
      return call(api.GET("/api/journal", { params: { query }, signal }));
    },
    ...byPages,
    ...watched,
    placeholderData: keepPreviousData,
  });

export const failuresQuery = (search: FailureSearch) =>
  infiniteQueryOptions({
    queryKey: keys.failures(search),
    queryFn: ({ pageParam, signal }) => {
      const query = { ...failureFilter(search, Date.now()), ...onePage(pageParam) };
      return call(api.GET("/api/errors", { params: { query }, signal }));
    },
    ...byPages,
    ...watched,
    placeholderData: keepPreviousData,
  });

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: keys.entry(id),
    queryFn: ({ signal }) => call(api.GET("/api/journal/{id}", { params: { path: { id } }, signal })),
    staleTime: 0,
    // What is processed is done; anything else may change at any moment.
    refetchInterval: ({ state: { data } }) => (data?.state === "processed" ? false : 2_000),
  });

export type RateSpan = Exclude<Period, "any">;

const stepMs: Record<RateSpan, number> = { hour: 60_000, day: 900_000, week: 7_200_000 };

export const rateQuery = (span: RateSpan) =>
  queryOptions({
    queryKey: keys.rate(span),
    queryFn: ({ signal }) => {
      // The step that is going on belongs to the span.
      const query = { from: beginOf(span, Date.now() + stepMs[span]) };
      return call(api.GET("/api/errors/rate", { params: { query }, signal }));
    },
    staleTime: 0,
    refetchInterval: rateMs,
    refetchIntervalInBackground: false,
    placeholderData: keepPreviousData,
  });

/** Has one webhook processed again. */
export function useReplayOne() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.POST("/api/journal/{id}/replay", { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.all }),
  });
}

/** Has many processed again, as many at a time as the server takes, and says how far it is. */
export function useReplayMany(onProgress: (replayed: number) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (selection: ReplaySelection) => {
      let replayed = 0;
      let cursor: string | undefined;
      do {
        const body = { ...selection, ...(cursor && { cursor }) };
        const step = await call(api.POST("/api/journal/replay", { body }));
        replayed += step.replayed;
        onProgress(replayed);
        cursor = step.next_cursor ?? undefined;
      } while (cursor);
      return replayed;
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.all }),
  });
}
