/** Contacts: their keys, queries, live patches and changes. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import { byPages, onePage } from "@/api/pages";
import type { Contact, ContactInput } from "@/api/types";

export const contactKeys = {
  lists: ["contacts"] as const,
  list: (q: string) => ["contacts", q] as const,
  one: (id: string) => ["contact", id] as const,
};

export const contactsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: contactKeys.list(q),
    queryFn: ({ pageParam, signal }) => {
      const query = { ...onePage(pageParam), ...(q && { q }) };
      return call(api.GET("/api/contacts", { params: { query }, signal }));
    },
    ...byPages,
    staleTime: freshness.glance,
    placeholderData: keepPreviousData,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: contactKeys.one(id),
    queryFn: ({ signal }) => call(api.GET("/api/contacts/{id}", { params: { path: { id } }, signal })),
    staleTime: freshness.live,
  });

/** The latest word on a contact. Lists are only marked as old: a name decides where it stands in them. */
export function applyContact(client: QueryClient, contact: Contact): void {
  client.setQueryData<Contact>(contactKeys.one(contact.id), (known) =>
    known && Date.parse(known.updated_at) > Date.parse(contact.updated_at) ? known : contact,
  );
  void client.invalidateQueries({ queryKey: contactKeys.lists });
}

/** Creates a contact, or changes the one with the given id. */
export function useSaveContact(id?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ContactInput) =>
      id === undefined
        ? call(api.POST("/api/contacts", { body }))
        : call(api.PATCH("/api/contacts/{id}", { params: { path: { id } }, body })),
    onSuccess: (contact) => applyContact(client, contact),
  });
}
