import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { LineChange, LineWebhooks, NewLine } from "@/api/types";
import { linesQuery } from "@/settings/lines";

export const providersQuery = queryOptions({
  queryKey: ["line-providers"],
  queryFn: async () => (await call(api.GET("/api/line-providers"))).items,
  staleTime: Infinity,
});

export const lineSettingsQuery = queryOptions({
  queryKey: ["line-settings"],
  queryFn: () => call(api.GET("/api/line-settings")),
  staleTime: freshness.settings,
});

const one = (id: string) => ({ params: { path: { id } } });

export const webhooksQuery = (id: string) =>
  queryOptions({
    queryKey: ["line-webhooks", id],
    queryFn: () => call(api.GET("/api/line-settings/{id}/webhooks", one(id))),
    retry: false,
  });

/** Everything that shows lines looks at them anew. */
function useRefresh() {
  const client = useQueryClient();
  return async (): Promise<void> => {
    await Promise.all([
      client.invalidateQueries({ queryKey: lineSettingsQuery.queryKey }),
      client.invalidateQueries({ queryKey: linesQuery.queryKey }),
    ]);
  };
}

export const useCheckDraft = () =>
  useMutation({ mutationFn: (body: NewLine) => call(api.POST("/api/line-settings/check", { body })) });

export const useCheckLine = () =>
  useMutation({ mutationFn: (id: string) => call(api.POST("/api/line-settings/{id}/check", one(id))) });

export function useCreateLine() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: NewLine) => call(api.POST("/api/line-settings", { body })),
    onSuccess,
  });
}

/** `onDone` is heard even if what asked is drawn anew, or not at all, by then. */
export function useChangeLine(id: string, onDone: () => void) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: LineChange) => call(api.PATCH("/api/line-settings/{id}", { ...one(id), body })),
    onSuccess: () => {
      onDone();
      return refresh();
    },
  });
}

export function useRotate(id: string) {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (fields: Record<string, string>) =>
      call(api.POST("/api/line-settings/{id}/credentials", { ...one(id), body: { fields } })),
    onSuccess,
  });
}

export function useRetire(id: string) {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () => call(api.DELETE("/api/line-settings/{id}/credentials/former", one(id))),
    onSuccess,
  });
}

export function useRemoveLine(id: string, onDone: () => void) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => call(api.DELETE("/api/line-settings/{id}", one(id))),
    onSuccess: () => {
      onDone();
      return refresh();
    },
  });
}

export function useRestoreLine(id: string) {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () => call(api.POST("/api/line-settings/{id}/restore", one(id))),
    onSuccess,
  });
}

/** Sets the webhooks, or brings back what was set before. */
export function useWebhooks(id: string) {
  const client = useQueryClient();
  const onSuccess = (now: LineWebhooks): void => {
    client.setQueryData(webhooksQuery(id).queryKey, now);
  };
  const set = useMutation({
    mutationFn: (fallback_url: string) =>
      call(
        api.POST("/api/line-settings/{id}/webhooks", {
          ...one(id),
          body: fallback_url ? { fallback_url } : {},
        }),
      ),
    onSuccess,
  });
  const undo = useMutation({
    mutationFn: () => call(api.POST("/api/line-settings/{id}/webhooks/undo", one(id))),
    onSuccess,
  });
  return { set, undo };
}
