import { queryOptions } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";

export const linesQuery = queryOptions({
  queryKey: ["lines"],
  queryFn: async () => (await call(api.GET("/api/lines"))).items,
  staleTime: freshness.settings,
});
