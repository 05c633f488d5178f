/** Personas: who they are, what they did in a conversation, what they know of a contact, and trying one. */
import { queryOptions, type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";

export const personaKeys = {
  all: ["personas"] as const,
  conversation: (id: string) => ["conversation-persona", id] as const,
  facts: (contactId: string) => ["contact-facts", contactId] as const,
};

const path = (id: string) => ({ params: { path: { id } } });

/** Every folder, what is wrong with it, and what was used up today. */
export const personasQuery = queryOptions({
  queryKey: personaKeys.all,
  queryFn: ({ signal }) => call(api.GET("/api/personas", { signal })),
  staleTime: freshness.glance,
});

export const conversationPersonaQuery = (id: string) =>
  queryOptions({
    queryKey: personaKeys.conversation(id),
    queryFn: ({ signal }) => call(api.GET("/api/conversations/{id}/persona", { ...path(id), signal })),
    staleTime: freshness.glance,
  });

export const factsQuery = (contactId: string) =>
  queryOptions({
    queryKey: personaKeys.facts(contactId),
    queryFn: async ({ signal }) =>
      (await call(api.GET("/api/contacts/{id}/facts", { ...path(contactId), signal }))).items,
    staleTime: freshness.glance,
  });

/** A persona may have answered, handed over or learned something: what is on screen of it is asked again. */
export function refreshPersona(client: QueryClient, conversationId: string): void {
  void client.invalidateQueries({ queryKey: personaKeys.conversation(conversationId) });
  void client.invalidateQueries({ queryKey: ["contact-facts"] });
}

/** Keeps personas out of a conversation, or gives it back to them. */
export function useSetPersonaMode(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (mode: "answers" | "off") =>
      call(api.PUT("/api/conversations/{id}/persona", { ...path(id), body: { mode } })),
    onSuccess: (changed) => client.setQueryData(conversationPersonaQuery(id).queryKey, changed),
  });
}

export function useForgetFact(contactId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/facts/{id}", path(id))),
    onSettled: () => client.invalidateQueries({ queryKey: personaKeys.facts(contactId) }),
  });
}

/** Asks a persona for an answer to the last text of a conversation. Nothing is sent. */
export const tryPersona = (slug: string, conversationId: string, signal: AbortSignal) =>
  call(
    api.POST("/api/personas/{slug}/dry-run", {
      params: { path: { slug } },
      body: { conversation_id: conversationId },
      signal,
    }),
  );
