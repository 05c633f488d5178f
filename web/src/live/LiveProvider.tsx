import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";

import type { User } from "@/api/types";
import type { Attachments } from "@/composer/attachments";
import type { Drafts } from "@/composer/drafts";
import type { Outbox } from "@/composer/outbox";
import { useStore } from "@/lib/store";
import { useUser } from "@/session/session";

import { Announcer } from "./Announcer";
import type { LiveStatus } from "./connection";
import { createLive, type Live } from "./createLive";

/** Exported for tests only; the app goes through the hooks below. */
export const LiveContext = createContext<Live | undefined>(undefined);

function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error("Nothing is live without a signed-in user.");
  return live;
}

/** The user's drafts with their files, and what is on its way to the server. */
export const useWriting = (): { outbox: Outbox; drafts: Drafts; attachments: Attachments } => useLive();

export const useLiveStatus = (): LiveStatus => useStore(useLive().connection.status);

/** Keeps everything behind the sign-in current, and sends what is waiting as soon as that is possible. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const user = useUser();
  return (
    <ForUser key={user.id} user={user}>
      {children}
    </ForUser>
  );
}

function ForUser({ user, children }: { user: User; children: ReactNode }) {
  const client = useQueryClient();
  const [live] = useState(() => createLive(client, user));
  useEffect(() => live.start(), [live]);
  return (
    <LiveContext value={live}>
      {children}
      <Announcer heard={live.heard} />
    </LiveContext>
  );
}
