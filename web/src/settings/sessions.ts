import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";

const key = ["sessions"] as const;

export const sessionsQuery = queryOptions({
  queryKey: key,
  queryFn: async () => (await call(api.GET("/api/sessions"))).items,
  staleTime: 0,
});

export function useRevokeSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/sessions/{id}", { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}
