import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useMatches, useNavigate } from "@tanstack/react-router";
import { clsx } from "clsx";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { notifySignedOut } from "@/api/client";
import { ShortcutsDialog } from "@/keyboard/ShortcutsDialog";
import { useShortcut, useShortcutListener } from "@/keyboard/useShortcut";
import { ConnectionBanner } from "@/live/ConnectionBanner";
import { LiveProvider } from "@/live/LiveProvider";
import { sessionQuery, useInstallation, UserContext } from "@/session/session";

import { NavRail } from "./NavRail";
import { useDocumentTitle } from "./useDocumentTitle";

/** The frame around every page behind the sign-in: navigation, the page, what floats over both. */
export function AppShell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [user, setUser] = useState(session.user);
  if (session.user && session.user !== user) setUser(session.user);
  // The stream was refused and we asked who we are: nobody.
  useEffect(() => {
    if (!session.user) notifySignedOut();
  }, [session.user]);
  return (
    <UserContext value={user}>
      <LiveProvider>
        <Frame />
      </LiveProvider>
    </UserContext>
  );
}

function Frame() {
  const { t } = useTranslation();
  useShortcutListener();
  useGoShortcuts();
  useDocumentTitle();
  // On a phone an open conversation or contact takes the whole screen.
  const isDetail = useMatches({
    select: (matches) => matches.some((match) => detailRoutes.has(match.routeId)),
  });
  return (
    <div className="flex h-full flex-col-reverse two:flex-row">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {t("nav.skip")}
      </a>
      <div className={clsx("shrink-0", isDetail && "hidden two:block")}>
        <NavRail />
      </div>
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
        <ConnectionBanner />
        <div className="min-h-0 flex-1">
          <Outlet />
        </div>
      </main>
      <ShortcutsDialog />
    </div>
  );
}

const detailRoutes: ReadonlySet<string> = new Set(["/app/inbox/$conversationId", "/app/contacts/$contactId"]);

function useGoShortcuts(): void {
  const navigate = useNavigate();
  const { simulator } = useInstallation();
  useShortcut("go.inbox", () => void navigate({ to: "/inbox" }));
  useShortcut("go.contacts", () => void navigate({ to: "/contacts" }));
  useShortcut("go.scheduled", () => void navigate({ to: "/scheduled" }));
  useShortcut("go.deadLetters", () => void navigate({ to: "/dead-letters" }));
  useShortcut("go.templates", () => void navigate({ to: "/templates" }));
  useShortcut("go.operations", () => void navigate({ to: "/operations" }));
  useShortcut("go.settings", () => void navigate({ to: "/settings" }));
  useShortcut("go.phone", () => void navigate({ to: "/phone" }), simulator);
}
