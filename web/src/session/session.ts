/** Who we are: the session's query, and signing in, up and out. */
import {
  queryOptions,
  type QueryClient,
  useMutation,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { createContext, use } from "react";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { CurrentSession, Installation, User } from "@/api/types";

export const sessionKey = ["session"] as const;

export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: () => call(api.GET("/api/session")),
  staleTime: freshness.session,
});

/**
 * The signed-in user, for everything behind the sign-in. The frame of those pages provides it, and keeps the
 * last one while it is being left after the session ended.
 */
export const UserContext = createContext<User | null>(null);

export function useUser(): User {
  const user = use(UserContext);
  if (!user) throw new Error("This page needs a signed-in user.");
  return user;
}

export function useInstallation(): Installation {
  return useSuspenseQuery(sessionQuery).data.installation;
}

/** Viewers read; everyone else also writes. The server enforces it, the app only explains. */
export const mayWrite = (user: User): boolean => user.role !== "viewer";

export const mayManageTeam = (user: User): boolean => user.role === "owner" || user.role === "admin";

function rememberUser(client: QueryClient, user: User): void {
  client.setQueryData<CurrentSession>(
    sessionKey,
    (old) => old && { user, installation: { ...old.installation, has_owner: true } },
  );
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => call(api.POST("/api/auth/sign-in", { body })),
    onSuccess: ({ user }) => rememberUser(client, user),
  });
}

export function useSignUp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; email: string; password: string; invitation?: string }) =>
      call(api.POST("/api/auth/sign-up", { body })),
    onSuccess: ({ user }) => rememberUser(client, user),
  });
}

let ending = false;

/** Leaves the pages behind the sign-in, then forgets everything that was read on the user's behalf. */
export async function endSession(client: QueryClient, leave: () => Promise<unknown>): Promise<void> {
  if (ending) return;
  ending = true;
  client.setQueryData<CurrentSession>(sessionKey, (session) => session && { ...session, user: null });
  await leave();
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  ending = false;
}

export function useSignOut() {
  return useMutation({ mutationFn: () => call(api.POST("/api/auth/sign-out")) });
}

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation-offer", token],
    queryFn: () => call(api.GET("/api/invitations/{id}", { params: { path: { id: token } } })),
    staleTime: freshness.settings,
  });
