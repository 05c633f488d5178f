import type { Conversation, ConversationQuery } from "@/api/types";

/** Which conversations the list shows. It lives in the address, so every view can be linked to. */
export type Filter = {
  status: "open" | "pending" | "resolved" | "all";
  unread: boolean;
  q: string;
};

export const defaultFilter: Filter = { status: "open", unread: false, q: "" };

/** What stands in the address: only what differs from the default. */
export type FilterSearch = { status?: "pending" | "resolved" | "all"; unread?: true; q?: string };

export function parseFilterSearch(search: Record<string, unknown>): FilterSearch {
  const { status, unread, q } = search;
  return {
    ...((status === "pending" || status === "resolved" || status === "all") && { status }),
    ...((unread === true || unread === "true") && { unread: true as const }),
    // The router reads a search for "123" as a number.
    ...((typeof q === "string" || typeof q === "number") && String(q) !== "" && { q: String(q) }),
  };
}

export const filterOf = (search: FilterSearch): Filter => ({ ...defaultFilter, ...search });

export function toQuery(filter: Filter): ConversationQuery {
  return {
    status: filter.status,
    ...(filter.unread && { unread: true }),
    ...(filter.q && { q: filter.q }),
  };
}

/** Whether a conversation belongs in a view. Searches are the server's business: `undefined` is "cannot tell". */
export function belongs(filter: Filter, conversation: Conversation): boolean | undefined {
  if (filter.status !== "all" && conversation.status !== filter.status) return false;
  if (filter.unread && conversation.unread_count === 0) return false;
  return filter.q ? undefined : true;
}
