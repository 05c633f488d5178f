import type { InfiniteData } from "@tanstack/react-query";

import type { Message, MessagePage } from "@/api/types";

import { supersedes } from "./states";

export type Thread = InfiniteData<MessagePage, string | undefined>;

/** Newest first, as the server sends them; the id decides between equal times. */
function isNewer(a: Message, b: Message): boolean {
  return a.at === b.at ? a.id > b.id : Date.parse(a.at) > Date.parse(b.at);
}

/**
 * Puts a created or changed message where it belongs. Applying the same news twice changes nothing, old news
 * about a known message is dropped, and a message older than everything loaded is left to the page it is on.
 */
export function withMessage(thread: Thread, message: Message): Thread {
  const known = findMessage(thread, message.id);
  if (!known) return inserted(thread, message);
  if (!supersedes(known.state, message.state)) return thread;
  // A message that waited gets its place when it leaves.
  return known.at === message.at ? replaced(thread, message) : inserted(without(thread, message.id), message);
}

export function findMessage(thread: Thread | undefined, id: string): Message | undefined {
  for (const page of thread?.pages ?? []) {
    const found = page.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

function replaced(thread: Thread, message: Message): Thread {
  const pages = thread.pages.map((page) =>
    page.items.some((item) => item.id === message.id)
      ? { ...page, items: page.items.map((item) => (item.id === message.id ? message : item)) }
      : page,
  );
  return { ...thread, pages };
}

function without(thread: Thread, id: string): Thread {
  const pages = thread.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) }));
  return { ...thread, pages };
}

function inserted(thread: Thread, message: Message): Thread {
  for (const [index, page] of thread.pages.entries()) {
    const at = page.items.findIndex((item) => isNewer(message, item));
    const isLastPage = index === thread.pages.length - 1;
    if (at < 0 && !(isLastPage && page.next_cursor == null)) continue;
    const items = at < 0 ? [...page.items, message] : page.items.toSpliced(at, 0, message);
    return { ...thread, pages: thread.pages.with(index, { ...page, items }) };
  }
  return thread;
}

/** All loaded messages, oldest first, as they are read. */
export function inReadingOrder(thread: Pick<Thread, "pages"> | undefined): Message[] {
  return (thread?.pages ?? []).flatMap((page) => page.items).toReversed();
}
