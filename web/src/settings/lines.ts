import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { Line } from "@/api/types";
import { formatPhone } from "@/lib/phone";

export const linesQuery = queryOptions({
  queryKey: ["lines"],
  queryFn: async () => (await call(api.GET("/api/lines"))).items,
  staleTime: freshness.settings,
});

/** How often the health of the lines is asked for while somebody looks at it. */
export const watchMs = 10_000;

/** Lines as a menu offers them. */
export const lineOptions = (lines: Line[], country: string) =>
  lines.map(({ id, name, address }) => ({ value: id, label: name, detail: formatPhone(address, country) }));

/** Lets a line rest, or lets it work again, by hand. */
export function useSetBreaker() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: "open" | "close" }) =>
      call(api.POST("/api/lines/{id}/breaker", { params: { path: { id } }, body: { action } })),
    onSuccess: (changed) =>
      client.setQueryData<Line[]>(linesQuery.queryKey, (lines) =>
        lines?.map((line) => (line.id === changed.id ? changed : line)),
      ),
  });
}
