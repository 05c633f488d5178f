import type { InfiniteData } from "@tanstack/react-query";

import type { ListedMessage, ListedPage, Message, MessageContact } from "@/api/types";

import { bySoonest, isPending } from "./pending";

export type ScheduledList = InfiniteData<ListedPage, string | undefined>;

/** Which scheduled messages a list shows. */
export type ScheduledFilter = { q: string; conversationId?: string };

/**
 * The list after news about a message: moved to its new time, taken out once it left or was called off, put in
 * when it is new. `undefined`: the list cannot tell by itself (a search, an unknown person, a later page).
 */
export function withScheduled(
  list: ScheduledList,
  filter: ScheduledFilter,
  message: Message,
  contact: MessageContact | undefined,
): ScheduledList | undefined {
  if (filter.conversationId !== undefined && filter.conversationId !== message.conversation_id) return list;
  const known = find(list, message.id);
  const rest = known ? without(list, message.id) : list;
  if (!isPending(message)) return rest;
  const person = known?.contact ?? contact;
  if (!person || (!known && filter.q)) return undefined;
  return inserted(rest, { ...message, contact: person });
}

function find(list: ScheduledList, id: string): ListedMessage | undefined {
  for (const page of list.pages) {
    const found = page.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

function without(list: ScheduledList, id: string): ScheduledList {
  const pages = list.pages.map((page) => ({
    ...page,
    total: page.total - 1,
    items: page.items.filter((item) => item.id !== id),
  }));
  return { ...list, pages };
}

/** What belongs behind everything that is loaded waits for its page; it only counts. */
function inserted(list: ScheduledList, message: ListedMessage): ScheduledList {
  const pages = list.pages.map((page) => ({ ...page, total: page.total + 1 }));
  for (const [index, page] of pages.entries()) {
    const at = page.items.findIndex((item) => bySoonest(message, item) < 0);
    const isEnd = index === pages.length - 1 && page.next_cursor == null;
    if (at < 0 && !isEnd) continue;
    const items = at < 0 ? [...page.items, message] : page.items.toSpliced(at, 0, message);
    return { ...list, pages: pages.with(index, { ...page, items }) };
  }
  return { ...list, pages };
}
