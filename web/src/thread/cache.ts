import { findItem, type Pages, withInserted, withoutItem, withReplaced } from "@/api/pages";
import type { Message, MessagePage } from "@/api/types";

import { supersedes } from "./states";

export type Thread = Pages<MessagePage>;

/** Newest first, as the server sends them; the id decides between equal times. */
function isNewer(a: Message, b: Message): boolean {
  return a.at === b.at ? a.id > b.id : Date.parse(a.at) > Date.parse(b.at);
}

/**
 * Puts a created or changed message where it belongs. Applying the same news twice changes nothing, old news
 * about a known message is dropped, and a message older than everything loaded is left to the page it is on.
 */
export function withMessage(thread: Thread, message: Message): Thread {
  const known = findItem(thread, message.id);
  if (!known) return withInserted(thread, message, isNewer);
  if (!supersedes(known.state, message.state)) return thread;
  // A message that waited gets its place when it leaves.
  return known.at === message.at
    ? withReplaced(thread, message)
    : withInserted(withoutItem(thread, message.id), message, isNewer);
}

/** All loaded messages, oldest first, as they are read. */
export function inReadingOrder(thread: Pick<Thread, "pages"> | undefined): Message[] {
  return (thread?.pages ?? []).flatMap((page) => page.items).toReversed();
}
