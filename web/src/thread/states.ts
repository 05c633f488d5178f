import type { Message, MessageState } from "@/api/types";

/**
 * How far a message has come. Until it left us, its state may go back and forth (queued, held by a breaker,
 * queued again) and the later word wins; once the carrier has it, it only moves forward.
 */
const ranks: Record<MessageState, number> = {
  scheduled: 0,
  held: 0,
  queued: 0,
  sending: 0,
  unknown: 0,
  sent: 1,
  delivered: 2,
  undelivered: 2,
  failed: 2,
  canceled: 2,
  received: 2,
  read: 3,
};

/** Whether news about a message may replace what we know. Equal is allowed: the same event may come twice. */
export function supersedes(known: MessageState, news: MessageState): boolean {
  return ranks[news] >= ranks[known];
}

/** It did not arrive and will not by itself: the person has to decide. */
export const needsAttention = (message: Pick<Message, "state">): boolean =>
  message.state === "failed" || message.state === "undelivered";

/** It can still be called off. */
export const canCancel = (message: Pick<Message, "state">): boolean =>
  message.state === "scheduled" || message.state === "held" || message.state === "queued";

/** It has not left yet and will be tried by itself. */
export const isOnItsWay = (message: Pick<Message, "state">): boolean =>
  message.state === "queued" || message.state === "sending";
