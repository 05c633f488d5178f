/** Templates: keys, queries and changes. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { Template, TemplateInput, TemplatePreviewRequest } from "@/api/types";

export type TemplateFilter = { q: string; archived: boolean };

/** Which messages are counted: those of the last days, those of one version; `null`: no limit. */
export type ResultsFilter = { days: number | null; version: number | null };

export const templateKeys = {
  lists: ["templates"] as const,
  list: (filter: TemplateFilter) => ["templates", filter] as const,
  one: (id: string) => ["template", id] as const,
  versions: (id: string) => ["template", id, "versions"] as const,
  results: (id: string, which: ResultsFilter) => ["template", id, "results", which] as const,
  preview: (request: TemplatePreviewRequest) => ["template-preview", request] as const,
};

const path = (id: string) => ({ params: { path: { id } } });

export const templatesQuery = (filter: TemplateFilter) =>
  queryOptions({
    queryKey: templateKeys.list(filter),
    queryFn: async ({ signal }) => {
      const query = { ...(filter.q && { q: filter.q }), ...(filter.archived && { archived: true }) };
      return (await call(api.GET("/api/templates", { params: { query }, signal }))).items;
    },
    staleTime: freshness.settings,
    placeholderData: keepPreviousData,
  });

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: templateKeys.one(id),
    queryFn: ({ signal }) => call(api.GET("/api/templates/{id}", { ...path(id), signal })),
    staleTime: freshness.settings,
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: templateKeys.versions(id),
    queryFn: async ({ signal }) =>
      (await call(api.GET("/api/templates/{id}/versions", { ...path(id), signal }))).items,
    staleTime: freshness.settings,
  });

const dayMs = 86_400_000;

export const resultsQuery = (id: string, which: ResultsFilter) =>
  queryOptions({
    queryKey: templateKeys.results(id, which),
    queryFn: ({ signal }) => {
      const { days, version } = which;
      const query = {
        ...(days !== null && { from: new Date(Date.now() - days * dayMs).toISOString() }),
        ...(version !== null && { version }),
      };
      return call(api.GET("/api/templates/{id}/results", { params: { path: { id }, query }, signal }));
    },
    staleTime: freshness.glance,
    placeholderData: keepPreviousData,
  });

/** What the texts become with these values, as the server would write them. */
export const previewQuery = (request: TemplatePreviewRequest) =>
  queryOptions({
    queryKey: templateKeys.preview(request),
    queryFn: async ({ signal }) =>
      (await call(api.POST("/api/templates/preview", { body: request, signal }))).variants,
    staleTime: freshness.glance,
    gcTime: freshness.glance,
    retry: false,
    placeholderData: keepPreviousData,
  });

function useTemplateMutation<V, R extends Template | undefined>(send: (variables: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (template) => {
      if (template) client.setQueryData(templateKeys.one(template.id), template);
      void client.invalidateQueries({ queryKey: templateKeys.lists });
      if (template) void client.invalidateQueries({ queryKey: templateKeys.versions(template.id) });
    },
  });
}

/** Creates a template, or writes a new version of the one with the given id. */
export function useSaveTemplate(id?: string) {
  return useTemplateMutation((body: TemplateInput) =>
    id === undefined
      ? call(api.POST("/api/templates", { body }))
      : call(api.PATCH("/api/templates/{id}", { ...path(id), body })),
  );
}

export function useArchiveTemplate(id: string) {
  const client = useQueryClient();
  return useTemplateMutation(async (archive: boolean) => {
    if (!archive) return call(api.POST("/api/templates/{id}/restore", path(id)));
    await call(api.DELETE("/api/templates/{id}", path(id)));
    await client.invalidateQueries({ queryKey: templateKeys.one(id) });
    return undefined;
  });
}
