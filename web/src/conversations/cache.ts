import { findItem, type Pages, withInserted, withoutItem, withReplaced } from "@/api/pages";
import type { Conversation, ConversationCounts, ConversationPage, Message } from "@/api/types";
import { supersedes } from "@/thread/states";

import { belongs, type Filter } from "./filter";

export type List = Pages<ConversationPage>;

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

/**
 * Puts a created or changed conversation into a list, or takes it out when it no longer belongs. In the unread
 * view a row that was just read stays until the view is left: it would be gone before one could look at it.
 */
export function withConversation(list: List, filter: Filter, news: Conversation): List {
  const known = findItem(list, news.id);
  const conversation = newerOf(known, news);
  const fits = belongs(known ? { ...filter, unread: false } : filter, conversation);
  if (fits === false) return known ? withoutItem(list, news.id) : list;
  if (known && !movesUp(known, conversation)) return withReplaced(list, conversation);
  if (fits === undefined && !known) return list;
  return withInserted(withoutItem(list, news.id), conversation, isAbove);
}

const movesUp = (before: Conversation, after: Conversation): boolean =>
  before.last_activity_at !== after.last_activity_at;

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
    pending: counts.pending + change((conversation) => conversation.status === "pending"),
    resolved: counts.resolved + change((conversation) => conversation.status === "resolved"),
    unread: counts.unread + change((conversation) => conversation.unread_count > 0),
  };
}
