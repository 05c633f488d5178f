import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { vi } from "vitest";

import type { CurrentSession, Line, User } from "@/api/types";
import { createLive, type Live } from "@/live/createLive";
import { LiveContext } from "@/live/LiveProvider";
import { sessionKey, UserContext } from "@/session/session";
import { linesQuery } from "@/settings/lines";

export const aUser: User = {
  id: "u1",
  name: "Maya",
  email: "maya@example.com",
  role: "agent",
  disabled: false,
  created_at: "2025-01-01T00:00:00Z",
};

export const aLine: Line = {
  id: "l1",
  slug: "support",
  name: "Support",
  channel: "sms",
  provider: "twilio",
  address: "+14155550100",
  simulated: true,
  made: false,
  health: { breaker: "closed" },
  rate: { used_last_minute: 0, used_today: 0 },
  failover: [],
};

const session: CurrentSession = {
  user: aUser,
  installation: { name: "Test", version: "0", has_owner: true, simulator: true, default_country: "US" },
};

type Rendered = { client: QueryClient; live: Live; unmount: () => void };

/** Draws a component as it stands behind the sign-in: a user, a session, one line. */
export function renderSignedIn(element: ReactElement, user: User = aUser): Rendered {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  client.setQueryData(sessionKey, session);
  client.setQueryData(linesQuery.queryKey, [aLine]);
  const live = createLive(client, user);
  const { unmount } = render(
    <QueryClientProvider client={client}>
      <UserContext value={user}>
        <LiveContext value={live}>{element}</LiveContext>
      </UserContext>
    </QueryClientProvider>,
  );
  return { client, live, unmount };
}

/** Answers every request with the same JSON, and keeps the requests. */
export function answerRequests(status: number, body: unknown) {
  const answer = (_: Request): Promise<Response> =>
    Promise.resolve(
      new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }),
    );
  const fetch = vi.fn(answer);
  vi.stubGlobal("fetch", fetch);
  return { requests: () => fetch.mock.calls.map(([request]) => request) };
}

/** Answers by method and path ("POST /api/messages"), and keeps the requests; anything else is not found. */
export function answerByPath(answers: Record<string, unknown>) {
  const answer = (request: Request): Promise<Response> => {
    const body = answers[`${request.method} ${new URL(request.url).pathname}`];
    const problem = {
      type: "about:blank",
      title: "Not Found",
      status: 404,
      code: "not_found",
      detail: "Nothing here.",
    };
    return Promise.resolve(
      new Response(JSON.stringify(body ?? problem), {
        status: body === undefined ? 404 : 200,
        headers: { "Content-Type": "application/json" },
      }),
    );
  };
  const fetch = vi.fn(answer);
  vi.stubGlobal("fetch", fetch);
  const to = (name: string): Request[] =>
    fetch.mock.calls
      .map(([request]) => request)
      .filter(({ method, url }) => `${method} ${new URL(url).pathname}` === name);
  return { to };
}
