import type { InfiniteData } from "@tanstack/react-query";

import type { Conversation, ConversationCounts, ConversationPage, Message } from "@/api/types";
import { supersedes } from "@/thread/states";

import { belongs, type Filter } from "./filter";

export type List = InfiniteData<ConversationPage, string | undefined>;

/** Newest activity first; the id decides between equal times. */
function isAbove(a: Conversation, b: Conversation): boolean {
  const [left, right] = [Date.parse(a.last_activity_at), Date.parse(b.last_activity_at)];
  return left === right ? a.id > b.id : left > right;
}

/**
 * The newer of what we know and what arrived. Activity only moves forward in time, and the tick in the preview
 * only forward by rank, so events that come again or late change nothing.
 */
export function newerOf(known: Conversation | undefined, news: Conversation): Conversation {
  if (!known) return news;
  if (Date.parse(news.last_activity_at) < Date.parse(known.last_activity_at)) return known;
  const [old, last] = [known.last_message, news.last_message];
  if (!old || !last || old.id !== last.id || supersedes(old.state, last.state)) return news;
  return { ...news, last_message: { ...last, state: old.state } };
}

export function findConversation(list: List | undefined, id: string): Conversation | undefined {
  for (const page of list?.pages ?? []) {
    const found = page.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

/**
 * Puts a created or changed conversation into a list, or takes it out when it no longer belongs. In the unread
 * view a row that was just read stays until the view is left: it would be gone before one could look at it.
 */
export function withConversation(list: List, filter: Filter, news: Conversation): List {
  const known = findConversation(list, news.id);
  const conversation = newerOf(known, news);
  const fits = belongs(known ? { ...filter, unread: false } : filter, conversation);
  if (fits === false) return known ? withoutConversation(list, news.id) : list;
  if (known && !movesUp(known, conversation)) return replaced(list, conversation);
  if (fits === undefined && !known) return list;
  return inserted(withoutConversation(list, news.id), conversation);
}

const movesUp = (before: Conversation, after: Conversation): boolean =>
  before.last_activity_at !== after.last_activity_at;

function replaced(list: List, conversation: Conversation): List {
  const pages = list.pages.map((page) =>
    page.items.some((item) => item.id === conversation.id)
      ? { ...page, items: page.items.map((item) => (item.id === conversation.id ? conversation : item)) }
      : page,
  );
  return { ...list, pages };
}

function withoutConversation(list: List, id: string): List {
  const pages = list.pages.map((page) =>
    page.items.some((item) => item.id === id)
      ? { ...page, items: page.items.filter((item) => item.id !== id) }
      : page,
  );
  return { ...list, pages };
}

function inserted(list: List, conversation: Conversation): List {
  for (const [index, page] of list.pages.entries()) {
    const at = page.items.findIndex((item) => isAbove(conversation, item));
    const isEnd = index === list.pages.length - 1 && page.next_cursor == null;
    if (at < 0 && !isEnd) continue;
    const items = at < 0 ? [...page.items, conversation] : page.items.toSpliced(at, 0, conversation);
    return { ...list, pages: list.pages.with(index, { ...page, items }) };
  }
  return list;
}

/** A message's new state shows in the preview of its conversation, if it is the last one there. */
export function withMessageState(conversation: Conversation, message: Message): Conversation {
  const last = conversation.last_message;
  if (last?.id !== message.id || last.state === message.state || !supersedes(last.state, message.state)) {
    return conversation;
  }
  return { ...conversation, last_message: { ...last, state: message.state } };
}

/** The tabs' counts after a conversation changed from `before` to `after`. */
export function adjustedCounts(
  counts: ConversationCounts,
  before: Conversation,
  after: Conversation,
): ConversationCounts {
  const change = (is: (conversation: Conversation) => boolean): number =>
    Number(is(after)) - Number(is(before));
  return {
    open: counts.open + change((conversation) => conversation.status === "open"),
    resolved: counts.resolved + change((conversation) => conversation.status === "resolved"),
    unread: counts.unread + change((conversation) => conversation.unread_count > 0),
  };
}
