import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import type { MessageCheck, NewDeliveryMessage } from "@/api/delivery";
import { freshness } from "@/api/freshness";
import { useDebounced } from "@/lib/useDebounced";

const typingPauseMs = 500;

/** Refusals that will not pass by waiting a moment: pressing the button would only bring the same answer. */
const refusals: ReadonlySet<string> = new Set([
  "opted_out",
  "blocked",
  "no_consent",
  "frequency_cap",
  "landline",
]);

export type Foresight = {
  /** Why it cannot be sent at all, in the server's words. */
  refusal?: string;
  /** It would be held: until when, and why. */
  hold?: { until: number; reason: string };
  /** The zone the hold is counted in. */
  zone?: string | undefined;
  /** What the server puts behind the text: the way out that a first message has to offer. */
  added?: string;
};

const checkQuery = (message: NewDeliveryMessage) =>
  queryOptions({
    queryKey: ["message-check", message],
    queryFn: ({ signal }) => call(api.POST("/api/messages/check", { body: message, signal })),
    staleTime: freshness.glance,
    // Every pause while typing asks anew; nobody comes back to half a sentence.
    gcTime: freshness.glance,
    // Before the click it only helps; when it cannot be had, the server still decides at sending.
    retry: false,
    placeholderData: keepPreviousData,
  });

/** What would happen to the message, asked once the writer pauses. */
export function useMessageCheck(message: NewDeliveryMessage, isUseful: boolean): Foresight {
  const settled = useDebounced(JSON.stringify(message), typingPauseMs);
  const asked = JSON.parse(settled) as NewDeliveryMessage;
  const { data } = useQuery({ ...checkQuery(asked), enabled: isUseful && Boolean(asked.body) });
  return isUseful && data ? foresightOf(data, asked.body ?? "") : {};
}

export function foresightOf(check: MessageCheck, text: string): Foresight {
  if (!check.ok && check.code && refusals.has(check.code)) return { refusal: check.reason ?? check.code };
  const added = check.body.startsWith(text) ? check.body.slice(text.length) : "";
  return {
    zone: check.recipient_time_zone.zones[0],
    ...(added.trim() && { added }),
    ...(check.hold_until && { hold: { until: Date.parse(check.hold_until), reason: check.reason ?? "" } }),
  };
}
