import type { Message } from "@/api/types";

/** It waits for its time, or for what holds it. */
export const isPending = ({ state }: Pick<Message, "state">): boolean =>
  state === "scheduled" || state === "held";

/** When it will leave, as far as anyone knows: a hold may end at a time nobody knows yet. */
export function leavesAt({
  state,
  scheduled,
  hold,
}: Pick<Message, "state" | "scheduled" | "hold">): number | undefined {
  const at = state === "held" ? hold?.until : scheduled?.at;
  return at ? Date.parse(at) : undefined;
}

/** Soonest first; what may leave at any moment stands before all; the id decides between equal times. */
export function bySoonest(a: Message, b: Message): number {
  return (leavesAt(a) ?? 0) - (leavesAt(b) ?? 0) || (a.id < b.id ? -1 : 1);
}

/** The zone in which its time was meant, if that was said. */
export const zoneOf = (message: Message): string | undefined => message.scheduled?.time_zone ?? undefined;
