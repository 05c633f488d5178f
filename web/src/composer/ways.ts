import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { Line, Way } from "@/api/types";

const waysKey = "ways";

/** By which lines the person of a conversation can be reached, and why not by the others. */
export const waysQuery = (conversationId: string) =>
  queryOptions({
    queryKey: [waysKey, conversationId],
    queryFn: async () =>
      (await call(api.GET("/api/conversations/{id}/ways", { params: { path: { id: conversationId } } })))
        .items,
    staleTime: freshness.glance,
  });

/** They wrote, or said what they want: other ways may be open now. */
export const refreshWays = (client: QueryClient, conversationId: string): void =>
  void client.invalidateQueries({ queryKey: [waysKey, conversationId] });

/** The way a reply takes: the chosen one, else the one they wrote by last. */
export const replyWay = (ways: Way[] | undefined, chosenId: string | null): Way | undefined =>
  ways?.find(({ line }) => line.id === chosenId) ?? ways?.find((way) => way.is_default);

/** Until when they may be written to freely, if that is limited and not over, in milliseconds since 1970. */
export function windowEnd(way: Way | undefined, now: number): number | undefined {
  const until = way?.window?.open && way.window.until ? Date.parse(way.window.until) : undefined;
  return until !== undefined && until > now ? until : undefined;
}

/** Whether only an approved template can leave: the window was closed when we asked, or has closed since. */
export const needsTemplate = (way: Way | undefined, now: number): boolean =>
  way !== undefined &&
  (way.by_template || (way.reaches && way.window != null && windowEnd(way, now) === undefined));

const hours = new Intl.NumberFormat(undefined, { style: "unit", unit: "hour" });
const minutes = new Intl.NumberFormat(undefined, { style: "unit", unit: "minute" });
const minute = 60_000;

/** "5 hr 12 min", "48 min". */
export function timeLeft(ms: number): string {
  const [h, m] = [Math.floor(ms / (60 * minute)), Math.floor(ms / minute) % 60];
  return [h > 0 && hours.format(h), (m > 0 || h === 0) && minutes.format(m)].filter(Boolean).join(" ");
}

/** The line of a way, with all that is known about it. */
export const lineOf = (way: Way | undefined, lines: Line[]): Line | undefined =>
  lines.find(({ id }) => id === way?.line.id);
