import type {
  ComplianceSettings,
  Conversation,
  HistorySpan,
  HistoryStep,
  JournalEntry,
  JournalEntryDetails,
  Media,
  Message,
  MessageEmail,
  ProcessingError,
  Queue,
  QueueHistory,
  Template,
} from "@/api/types";

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

/** A picture that is with the server. */
export function aFile(over: Partial<Media> = {}): Media {
  return {
    id: "f-1",
    state: "kept",
    reason: null,
    url: "/api/media/f-1",
    thumbnail_url: "/api/media/f-1/thumbnail",
    name: "cat.png",
    content_type: "image/png",
    bytes: 2048,
    width: 640,
    height: 480,
    ...over,
  };
}

/** An email of a customer's. */
export function anEmail(over: Partial<Message> = {}, email: Partial<MessageEmail> = {}): Message {
  return aMessage({
    channel: "email",
    from: "ana@example.net",
    to: "team@example.com",
    email: { subject: "Your invoice", automatic: false, has_quoted: false, has_html: false, ...email },
    ...over,
  });
}

/** The rules of sending as they stand in a new installation, with a region of its own hours. */
export function someRules(over: Partial<ComplianceSettings> = {}): ComplianceSettings {
  return {
    quiet_hours: { enabled: true, starts: "21:00", ends: "08:00" },
    regions: [{ region: "FR", starts: "20:00", ends: "10:00" }],
    frequency: { marketing_per_day: 1, marketing_per_week: 3 },
    require_marketing_consent: true,
    first_contact: { enabled: true, text: "Reply STOP to opt out." },
    default_time_zone: null,
    late: { after_seconds: 3600, action: "send" },
    best_time: false,
    ...over,
  };
}

/** A template of one variant. */
export function aTemplate(body: string, over: Partial<Template> = {}): Template {
  return {
    id: "t1",
    name: "Invoice",
    purpose: "reply",
    version: 1,
    variants: [{ name: "A", weight: 1, bodies: { "*": body } }],
    variables: [],
    archived: false,
    created_at: "2026-11-01T00:00:00Z",
    updated_at: "2026-11-01T00:00:00Z",
    ...over,
  };
}

/** A queue in which nothing waits and nothing is wrong. */
export function aQueue(over: Partial<Queue> = {}): Queue {
  return {
    at: "2025-11-20T09:00:00Z",
    states: { scheduled: 0, held: 0, queued: 0, sending: 0, unknown: 0 },
    lanes: [
      { lane: "fast", queued: 0 },
      { lane: "standard", queued: 0 },
      { lane: "bulk", queued: 0 },
    ],
    lines: [],
    sent_last_minute: 0,
    sent_today: 0,
    failed_24h: 0,
    dead_letters: 0,
    webhooks: { waiting: 0, stuck: 0 },
    nodes: [
      {
        name: "one",
        started_at: "2025-11-20T07:00:00Z",
        heartbeat_at: "2025-11-20T08:59:58Z",
        alive: true,
      },
    ],
    alerts: [],
    ...over,
  };
}

/** The past up to 9:00 and 20 seconds UTC, in which only the named steps hold something. */
export function aHistory(span: HistorySpan, counts: Record<number, Partial<HistoryStep>>): QueueHistory {
  const [step_seconds, length] = span === "hour" ? [60, 60] : [900, 96];
  const last = Date.parse("2025-11-20T09:00:00Z");
  const items = Array.from({ length }, (_, index) => ({
    at: new Date(last - (length - 1 - index) * step_seconds * 1000).toISOString(),
    sent: 0,
    failed: 0,
    in_doubt: 0,
    ...counts[index],
  }));
  return { step_seconds, items };
}

/** A text that came and was processed. */
export function aJournalEntry(over: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id: "e1",
    received_at: "2025-11-20T09:00:00Z",
    processed_at: null,
    latency_ms: null,
    kind: "twilio.message",
    line_id: "l1",
    url: "/webhooks/twilio/main/messages",
    state: "processed",
    failed_tries: 0,
    duplicates: 0,
    session: "SM1",
    from: "+14155550132",
    to: "+14155550100",
    text: "Hello",
    status: null,
    error_code: null,
    last_error: null,
    ...over,
  };
}

/** An error that has a reason. */
export function aFailure(over: Partial<ProcessingError> = {}): ProcessingError {
  return {
    id: "x1",
    at: "2025-11-20T09:00:01Z",
    kind: "journal",
    journal_id: "e1",
    message_id: null,
    session: "SM1",
    phone: "+14155550132",
    error: "saving the photo",
    cause_chain: ["writing page 7", "the disk is full"],
    body: "Hello",
    attempts: 1,
    entry: { state: "failed", next_try_at: "2025-11-20T09:00:02Z" },
    ...over,
  };
}

/** All there is to a text whose first try failed. */
export function someEntryDetails(over: Partial<JournalEntryDetails> = {}): JournalEntryDetails {
  return {
    ...aJournalEntry(),
    headers: [{ name: "x-twilio-signature", value: "••••••" }],
    body: "From=%2B14155550132&Body=Hello",
    body_bytes: 30,
    params: [
      { name: "From", value: "+14155550132" },
      { name: "Body", value: "Hello" },
    ],
    remote_address: "198.51.100.7",
    event_key: "twilio.message/main/SM1",
    errors: [aFailure()],
    message: null,
    ...over,
  };
}
