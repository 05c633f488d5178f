import type { QueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { ApiError, isTransient } from "@/api/errors";
import type { Media } from "@/api/types";
import { browserStorage } from "@/lib/storage";
import { applyScheduled } from "@/schedule/scheduled";
import { applyMessage } from "@/thread/messages";

import type { Answer, OutboxEntry, OutboxPorts } from "./outbox";
import { giveBack, type Writing } from "./returned";

/** A request that hangs longer than this counts as lost; asking again by key is safe. */
const patienceMs = 20_000;

/** Connects the outbox to the server, the thread and the composer. */
export function outboxPorts(client: QueryClient, writing: Writing): OutboxPorts {
  return {
    post,
    onAccepted: (message) => {
      applyMessage(client, message);
      applyScheduled(client, message);
    },
    onRefused: (entry, reason) => giveBack(writing, entry, reason),
    storage: browserStorage,
    now: () => Date.now(),
    newKey: () => crypto.randomUUID(),
  };
}

async function post(entry: OutboxEntry): Promise<Answer> {
  const { key, conversationId, lineId, body, options, template, media, subject } = entry;
  try {
    const message = await call(
      api.POST("/api/messages", {
        params: { header: { "Idempotency-Key": key } },
        body: {
          conversation_id: conversationId,
          ...(template ? { template_id: template.id, variables: template.variables } : { body }),
          ...(lineId && { line_id: lineId }),
          ...(media?.length && { media: idsOf(media) }),
          ...(subject && { subject }),
          ...options,
        },
        signal: AbortSignal.timeout(patienceMs),
      }),
    );
    return { kind: "accepted", message };
  } catch (error) {
    return answerOf(error);
  }
}

/** What the server calls these files. */
export const idsOf = (media: readonly Media[]): string[] => media.flatMap(({ id }) => id ?? []);

/** The server's words on what is wrong, those about a field first. */
export function reasonOf(error: ApiError): string {
  const [reason = error.message] = Object.values(error.fields);
  return reason;
}

/**
 * Anything but a clear no counts as no answer: the key makes asking again safe. That includes an ended session,
 * where the message waits until its writer has signed in again.
 */
function answerOf(error: unknown): Answer {
  if (!(error instanceof ApiError)) return { kind: "no-answer" };
  if (isTransient(error) || error.status === 401)
    return { kind: "no-answer", retryAfterMs: error.retryAfterMs };
  return { kind: "refused", reason: reasonOf(error) };
}
