/** The team: users, their roles, and invitations. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { Role } from "@/api/types";

const keys = { users: ["users"] as const, invitations: ["invitations"] as const };

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: async () => (await call(api.GET("/api/users"))).items,
  staleTime: freshness.settings,
});

export const invitationsQuery = queryOptions({
  queryKey: keys.invitations,
  queryFn: async () => (await call(api.GET("/api/invitations"))).items,
  staleTime: freshness.settings,
});

export function useUpdateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; role?: Role; disabled?: boolean }) =>
      call(api.PATCH("/api/users/{id}", { params: { path: { id } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}

export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; role: Role }) => call(api.POST("/api/invitations", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations }),
  });
}

export function useWithdrawInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/invitations/{id}", { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.invitations }),
  });
}

/** An invitation cannot make an owner; that takes an owner's decision about an existing user. */
export const invitableRoles = ["admin", "agent", "viewer"] as const satisfies readonly Role[];
export const allRoles = ["owner", ...invitableRoles] as const satisfies readonly Role[];
