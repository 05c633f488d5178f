/** What is wrong, what was, and who is told: keys, queries and mutations. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";

export const alertsQuery = queryOptions({
  queryKey: ["alerts"],
  queryFn: ({ signal }) => call(api.GET("/api/alerts", { signal })),
  staleTime: 0,
  refetchInterval: 5_000,
  refetchIntervalInBackground: false,
  refetchOnWindowFocus: true,
});

/** Nobody is told more of an alert for so many minutes; 0 ends it. */
export function useMute() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, minutes }: { id: string; minutes: number }) =>
      call(api.POST("/api/alerts/{id}/mute", { params: { path: { id } }, body: { minutes } })),
    onSettled: () => client.invalidateQueries({ queryKey: alertsQuery.queryKey }),
  });
}

/** Tells everyone named in the configuration. */
export function useTestAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(api.POST("/api/alerts/test")),
    onSettled: () => client.invalidateQueries({ queryKey: alertsQuery.queryKey }),
  });
}
