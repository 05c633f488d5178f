/** What a person agreed to, whether they are blocked, and where they live: queries and changes. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { NewConsent } from "@/api/types";

import { applyContact, contactKeys } from "./contacts";

export const consentKeys = { one: (contactId: string) => ["consent", contactId] as const };

const path = (id: string) => ({ params: { path: { id } } });

export const consentQuery = (contactId: string) =>
  queryOptions({
    queryKey: consentKeys.one(contactId),
    queryFn: ({ signal }) => call(api.GET("/api/contacts/{id}/consent", { ...path(contactId), signal })),
    staleTime: freshness.glance,
  });

/** Whatever changed: the contact and their consent are asked for again. */
function useConsentMutation<V>(contactId: string, send: (variables: V) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: consentKeys.one(contactId) }),
        client.invalidateQueries({ queryKey: contactKeys.one(contactId) }),
      ]),
  });
}

export function useRecordConsent(id: string) {
  return useConsentMutation(id, (body: NewConsent) =>
    call(api.POST("/api/contacts/{id}/consent", { ...path(id), body })),
  );
}

/** Blocks with a reason, or unblocks. */
export function useSetBlocked(id: string) {
  return useConsentMutation(id, (change: { blocked: true; reason: string } | { blocked: false }) =>
    change.blocked
      ? call(
          api.PUT("/api/contacts/{id}/block", {
            ...path(id),
            body: change.reason ? { reason: change.reason } : {},
          }),
        )
      : call(api.DELETE("/api/contacts/{id}/block", path(id))),
  );
}

export function useSetTimeZone(id: string) {
  const client = useQueryClient();
  return useConsentMutation(id, async (zone: string | null) => {
    const contact = await call(api.PATCH("/api/contacts/{id}", { ...path(id), body: { time_zone: zone } }));
    applyContact(client, contact);
  });
}
