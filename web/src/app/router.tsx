/** Every page and its address. Routes are thin: what to load, what to parse, which component. */
import { noop, type QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";

import { conversationsQuery } from "@/conversations/conversations";
import { filterOf, parseFilterSearch } from "@/conversations/filter";
import { InboxPage } from "@/conversations/InboxPage";
import { NothingOpen } from "@/conversations/NothingOpen";
import { parseLetterSearch } from "@/deadletters/filter";
import { parseFailureSearch, parseJournalSearch } from "@/journal/filter";
import { safeReturnPath } from "@/session/returnPath";
import { sessionQuery } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { preloadThread } from "@/thread/messages";
import { ThreadPage } from "@/thread/ThreadPage";

import { AppShell } from "./AppShell";
import { NotFound, PageError } from "./PageError";

type Context = { client: QueryClient };

/** Who we are, asked once; the stream and a 401 tell when it changes. */
const currentSession = ({ client }: Context) => client.query({ ...sessionQuery, staleTime: "static" });

const root = createRootRouteWithContext<Context>()({ component: Outlet });

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

const textSearch = (search: Record<string, unknown>): { q?: string | undefined } => ({
  q: text(search["q"]),
});

// --- before signing in ------------------------------------------------------------------------------

/** Pages for visitors; whoever is signed in already goes on. */
async function visitorsOnly({
  context,
  search,
}: {
  context: Context;
  search: { return?: string | undefined };
}) {
  const { user } = await currentSession(context);
  if (user) throw redirect({ to: safeReturnPath(search.return), replace: true });
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { return?: string | undefined } => ({ return: text(search["return"]) }),
  beforeLoad: async ({ context, search }) => {
    await visitorsOnly({ context, search });
    const { installation } = await currentSession(context);
    if (!installation.has_owner) throw redirect({ to: "/sign-up", replace: true });
  },
  component: lazyRouteComponent(() => import("@/session/SignInPage"), "SignInPage"),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  beforeLoad: async ({ context }) => {
    await visitorsOnly({ context, search: {} });
    const { installation } = await currentSession(context);
    if (installation.has_owner) throw redirect({ to: "/sign-in", replace: true });
  },
  component: lazyRouteComponent(() => import("@/session/SignUpPage"), "SignUpPage"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join/$token",
  beforeLoad: ({ context }) => visitorsOnly({ context, search: {} }),
  component: lazyRouteComponent(() => import("@/session/JoinPage"), "JoinPage"),
});

// --- behind the sign-in -----------------------------------------------------------------------------

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ context, location }) => {
    const { user, installation } = await currentSession(context);
    if (user) return;
    if (!installation.has_owner) throw redirect({ to: "/sign-up", replace: true });
    throw redirect({ to: "/sign-in", search: { return: location.href }, replace: true });
  },
  component: AppShell,
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox", replace: true });
  },
});

const inbox = createRoute({
  getParentRoute: () => app,
  path: "/inbox",
  validateSearch: parseFilterSearch,
  loaderDeps: ({ search }) => ({ filter: filterOf(search) }),
  // Started, not awaited: the page is drawn at once and fills itself.
  loader: ({ context, deps }) => {
    context.client.infiniteQuery(conversationsQuery(deps.filter)).catch(noop);
    context.client.query(linesQuery).catch(noop);
  },
  component: InboxPage,
});

const inboxIndex = createRoute({ getParentRoute: () => inbox, path: "/", component: NothingOpen });

const conversation = createRoute({
  getParentRoute: () => inbox,
  path: "/$conversationId",
  loader: ({ context, params }) => {
    preloadThread(context.client, params.conversationId);
  },
  component: ThreadPage,
});

const contacts = createRoute({
  getParentRoute: () => app,
  path: "/contacts",
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import("@/contacts/ContactsPage"), "ContactsPage"),
});

const contact = createRoute({
  getParentRoute: () => contacts,
  path: "/$contactId",
  component: lazyRouteComponent(() => import("@/contacts/ContactPage"), "ContactPage"),
});

const scheduled = createRoute({
  getParentRoute: () => app,
  path: "/scheduled",
  validateSearch: textSearch,
  component: lazyRouteComponent(() => import("@/schedule/ScheduledPage"), "ScheduledPage"),
});

const deadLetters = createRoute({
  getParentRoute: () => app,
  path: "/dead-letters",
  validateSearch: parseLetterSearch,
  component: lazyRouteComponent(() => import("@/deadletters/DeadLettersPage"), "DeadLettersPage"),
});

const templates = createRoute({
  getParentRoute: () => app,
  path: "/templates",
  validateSearch: (search): { q?: string | undefined; archived?: true } => ({
    ...textSearch(search),
    ...((search["archived"] === true || search["archived"] === "true") && { archived: true }),
  }),
  component: lazyRouteComponent(() => import("@/templates/TemplatesPage"), "TemplatesPage"),
});

/** `new` is a template that does not exist yet. */
const template = createRoute({
  getParentRoute: () => templates,
  path: "/$templateId",
  component: lazyRouteComponent(() => import("@/templates/TemplatePage"), "TemplatePage"),
});

const operations = createRoute({
  getParentRoute: () => app,
  path: "/operations",
  component: lazyRouteComponent(() => import("@/operations/OperationsFrame"), "OperationsFrame"),
});

const operationsOverview = createRoute({
  getParentRoute: () => operations,
  path: "/",
  component: lazyRouteComponent(() => import("@/operations/OperationsPage"), "OperationsPage"),
});

const alerts = createRoute({
  getParentRoute: () => operations,
  path: "/alerts",
  component: lazyRouteComponent(() => import("@/alerts/AlertsPage"), "AlertsPage"),
});

const webhooks = createRoute({
  getParentRoute: () => operations,
  path: "/webhooks",
  validateSearch: parseJournalSearch,
  component: lazyRouteComponent(() => import("@/journal/WebhooksPage"), "WebhooksPage"),
});

const webhook = createRoute({
  getParentRoute: () => webhooks,
  path: "/$entryId",
  component: lazyRouteComponent(() => import("@/journal/WebhookPage"), "WebhookPage"),
});

const failures = createRoute({
  getParentRoute: () => operations,
  path: "/errors",
  validateSearch: parseFailureSearch,
  component: lazyRouteComponent(() => import("@/journal/ErrorsPage"), "ErrorsPage"),
});

const doctor = createRoute({
  getParentRoute: () => operations,
  path: "/doctor",
  component: lazyRouteComponent(() => import("@/doctor/DoctorPage"), "DoctorPage"),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/settings/SettingsPage"), "SettingsPage"),
});

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/appearance", replace: true });
  },
});

const appearance = createRoute({
  getParentRoute: () => settings,
  path: "/appearance",
  component: lazyRouteComponent(() => import("@/settings/AppearancePage"), "AppearancePage"),
});

const team = createRoute({
  getParentRoute: () => settings,
  path: "/team",
  component: lazyRouteComponent(() => import("@/team/TeamPage"), "TeamPage"),
});

const lines = createRoute({
  getParentRoute: () => settings,
  path: "/lines",
  component: lazyRouteComponent(() => import("@/settings/LinesPage"), "LinesPage"),
});

const addLine = createRoute({
  getParentRoute: () => settings,
  path: "/lines/new",
  component: lazyRouteComponent(() => import("@/lines/AddLinePage"), "AddLinePage"),
});

const line = createRoute({
  getParentRoute: () => settings,
  path: "/lines/$lineId",
  component: lazyRouteComponent(() => import("@/lines/LinePage"), "LinePage"),
});

const sending = createRoute({
  getParentRoute: () => settings,
  path: "/sending",
  component: lazyRouteComponent(() => import("@/settings/SendingPage"), "SendingPage"),
});

const personas = createRoute({
  getParentRoute: () => settings,
  path: "/personas",
  component: lazyRouteComponent(() => import("@/personas/PersonasPage"), "PersonasPage"),
});

const sessions = createRoute({
  getParentRoute: () => settings,
  path: "/sessions",
  component: lazyRouteComponent(() => import("@/settings/SessionsPage"), "SessionsPage"),
});

const phone = createRoute({
  getParentRoute: () => app,
  path: "/phone",
  component: lazyRouteComponent(() => import("@/phone/PhonePage"), "PhonePage"),
});

const tree = root.addChildren([
  signIn,
  signUp,
  join,
  app.addChildren([
    home,
    inbox.addChildren([inboxIndex, conversation]),
    contacts.addChildren([contact]),
    scheduled,
    deadLetters,
    templates.addChildren([template]),
    operations.addChildren([operationsOverview, alerts, webhooks.addChildren([webhook]), failures, doctor]),
    settings.addChildren([
      settingsIndex,
      appearance,
      team,
      lines,
      addLine,
      line,
      sending,
      personas,
      sessions,
    ]),
    phone,
  ]),
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: "intent",
    // The queries know how fresh they are; the router need not remember anything.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
