import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { ApiError } from "@/api/errors";
import { freshness } from "@/api/freshness";
import type { MessageCheck, NewMessage } from "@/api/types";
import { useDebounced } from "@/lib/useDebounced";
import type { Hold } from "@/schedule/words";

const typingPauseMs = 500;

/** Something in the message itself is wrong, such as a time that has passed meanwhile. */
const invalid = 422;

export type Foresight = {
  /** Why it cannot be sent at all, in the server's words. */
  refusal?: string;
  /** It would be held: until when, and why. */
  hold?: { until: number } & Hold;
  /** The zone the hold is counted in. */
  zone?: string | undefined;
  /** What the server puts behind the text: the way out that a first message has to offer. */
  added?: string;
};

const checkQuery = (message: NewMessage) =>
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

/**
 * What would happen to the message, asked once the writer pauses. `text` is what stands in the composer; the
 * message may name the template it came from instead.
 */
export function useMessageCheck(message: NewMessage, text: string, isUseful: boolean): Foresight {
  const settled = useDebounced(JSON.stringify({ message, text }), typingPauseMs);
  const asked = JSON.parse(settled) as { message: NewMessage; text: string };
  const { data, error } = useQuery({
    ...checkQuery(asked.message),
    enabled: isUseful && (asked.text !== "" || asked.message.media != null),
  });
  if (!isUseful) return {};
  if (error instanceof ApiError && error.status === invalid) return { refusal: error.message };
  return data ? foresightOf(data, asked.text) : {};
}

export function foresightOf(check: MessageCheck, text: string): Foresight {
  if (!check.ok) return { refusal: check.reason ?? check.code ?? "" };
  const added = check.body.startsWith(text) ? check.body.slice(text.length) : "";
  return {
    zone: check.recipient_time_zone?.zones[0],
    ...(added.trim() && { added }),
    ...(check.hold_until && {
      hold: { until: Date.parse(check.hold_until), code: check.code, reason: check.reason ?? "" },
    }),
  };
}
