import type { Conversation, Message } from "@/api/types";

/** Whole objects for tests; a test names only what it is about. */
export function aMessage(over: Partial<Message> = {}): Message {
  return {
    id: "m1",
    conversation_id: "v1",
    contact_id: "c1",
    line_id: "l1",
    direction: "inbound",
    channel: "sms",
    state: "received",
    from: "+14155550132",
    to: "+14155550100",
    body: "Hello",
    media: [],
    segments: 1,
    priority: 7,
    purpose: "reply",
    possibly_doubled: false,
    error: null,
    author: null,
    provider_message_id: null,
    at: "2025-11-20T09:00:00Z",
    created_at: "2025-11-20T09:00:00Z",
    sent_at: null,
    delivered_at: null,
    ...over,
  };
}

export function aConversation(over: Partial<Conversation> = {}): Conversation {
  return {
    id: "v1",
    contact: { id: "c1", name: "Ana", phone: "+14155550132", email: null, opted_out: false },
    status: "open",
    unread_count: 0,
    last_message: null,
    last_activity_at: "2025-11-20T09:00:00Z",
    created_at: "2025-11-20T08:00:00Z",
    ...over,
  };
}
