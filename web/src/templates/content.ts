/** Templates that WhatsApp approves: the query, and what can be done about them. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { ContentTemplate, NewContentTemplate } from "@/api/types";
import { applyMessage } from "@/thread/messages";

export const contentQuery = queryOptions({
  queryKey: ["content-templates"],
  queryFn: async ({ signal }) => (await call(api.GET("/api/content-templates", { signal }))).items,
  staleTime: freshness.glance,
});

/** Asks WhatsApp what it says of them now. */
export function useSyncContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => (await call(api.POST("/api/content-templates/sync"))).items,
    onSuccess: (items) => client.setQueryData(contentQuery.queryKey, items),
  });
}

/** Makes a template and submits it for approval. */
export function useSubmitContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewContentTemplate) => call(api.POST("/api/content-templates", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: contentQuery.queryKey }),
  });
}

/** Sends one, once for each key. */
export function useSendContent(conversationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      key,
      template,
      values,
    }: {
      key: string;
      template: string;
      values: Record<string, string>;
    }) =>
      call(
        api.POST("/api/messages", {
          params: { header: { "Idempotency-Key": key } },
          body: { conversation_id: conversationId, content_template: template, variables: values },
        }),
      ),
    onSuccess: (message) => applyMessage(client, message),
  });
}

/** The text with its values; places without one stay as they are. */
export const filledContent = (body: string, values: Record<string, string>): string =>
  body.replace(/\{\{\s*(\w+)\s*\}\}/g, (place: string, name: string) => values[name]?.trim() || place);

/** The names of the places in a text, each once. */
export const placesIn = (body: string): string[] => [
  ...new Set(Array.from(body.matchAll(/\{\{\s*(\w+)\s*\}\}/g), ([, name = ""]) => name)),
];

export const isApproved = ({ status, body }: ContentTemplate): boolean =>
  status === "approved" && body != null;
