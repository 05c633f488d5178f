import { findItem, type Pages, withInserted, withoutItem } from "@/api/pages";
import type { ListedPage, Message, MessageContact } from "@/api/types";

import { bySoonest, isPending } from "./pending";

export type ScheduledList = Pages<ListedPage>;

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
  const known = findItem(list, message.id);
  const rest = known ? counting(withoutItem(list, message.id), -1) : list;
  if (!isPending(message)) return rest;
  const person = known?.contact ?? contact;
  if (!person || (!known && filter.q)) return undefined;
  const news = { ...message, contact: person };
  return withInserted(counting(rest, 1), news, (a, b) => bySoonest(a, b) < 0);
}

/** What stands behind everything that is loaded counts all the same. */
const counting = (list: ScheduledList, change: number): ScheduledList => ({
  ...list,
  pages: list.pages.map((page) => ({ ...page, total: page.total + change })),
});
