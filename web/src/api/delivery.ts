/**
 * The delivery part of the API (schedules, the gate, dead letters, templates, compliance, queue), written by hand
 * until the API description has it; then these shapes come from `schema.d.ts` like all others.
 */
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

// --- messages -----------------------------------------------------------------------------------------

/** Who may write when, and how soon it matters. */
export type Purpose = "reply" | "transactional" | "marketing";

export type Scheduled = {
  at: string;
  /** The wall time that was asked for, if it was asked for that way. */
  local?: string | null;
  time_zone?: string | null;
  cancel_if_answered: boolean;
};

/** Why the gate lets a message leave only later. */
export type Hold = { code: string; reason: string; until?: string | null };

/** What a message has besides; on outbound messages only. */
export type DeliveryFields = {
  priority?: number | null;
  purpose?: Purpose | null;
  scheduled?: Scheduled | null;
  hold?: Hold | null;
  expires_at?: string | null;
  template?: { id: string; name: string; version: number; variant?: string | null } | null;
  retry_of?: string | null;
  dismissed_at?: string | null;
};

export type DeliveryMessage = Schemas["Message"] & DeliveryFields;

/** A message that a list shows outside of its conversation. */
export type ListedMessage = DeliveryMessage & { contact: MessageContact };
export type MessageContact = { id: string; name?: string | null; phone?: string | null };
export type ListedPage = { items: ListedMessage[]; next_cursor?: string | null; total: number };

/** A time to send at: an instant, or a wall time in a zone. */
export type When = { send_at: string } | { send_at_local: string; time_zone: string };

export type SendOptions = {
  priority?: number;
  purpose?: Purpose;
  send_at?: string;
  send_at_local?: string;
  time_zone?: string;
  cancel_if_answered?: boolean;
  expires_at?: string;
  dedupe_seconds?: number;
};

export type NewDeliveryMessage = {
  conversation_id?: string;
  contact_id?: string;
  to?: string;
  line_id?: string;
  body?: string;
  template_id?: string;
  variables?: Record<string, string>;
} & SendOptions;

export type MessageChange = Pick<
  SendOptions,
  "send_at" | "send_at_local" | "time_zone" | "cancel_if_answered" | "priority"
> & {
  body?: string;
};

/** IANA names; more than one when a number's area lies in several. */
export type TimeZones = { zones: string[]; source: "number" | "contact" | "default" };

/** What would happen to a message if it were sent now. */
export type MessageCheck = {
  ok: boolean;
  code?: string | null;
  reason?: string | null;
  hold_until?: string | null;
  line: { id: string; name: string; address: string };
  why_line: string;
  segments: number;
  encoding: string;
  body: string;
  recipient_time_zone: TimeZones;
  local_time: string;
};

// --- dead letters -------------------------------------------------------------------------------------

export type DeadLetterGroup = {
  code?: string | null;
  title: string;
  help: string;
  count: number;
  oldest_at: string;
  newest_at: string;
  retryable: boolean;
};

export type DeadLetterSelector = { ids: string[] } | { all: true; code?: string; q?: string; line?: string };

export type DeadLetterResult = {
  action_id: string;
  done: number;
  refused: { id: string; code: string; reason: string }[];
};

// --- templates ----------------------------------------------------------------------------------------

export type Variant = { name: string; weight: number; bodies: Record<string, string> };

export type Variable = {
  name: string;
  label?: string | null;
  default?: string | null;
  format?: string | null;
  example?: string | null;
};

export type TemplateContent = { variants: Variant[]; variables: Variable[] };

export type Template = TemplateContent & {
  id: string;
  name: string;
  purpose: Purpose;
  version: number;
  archived: boolean;
  created_at: string;
  updated_at: string;
  updated_by?: Schemas["Author"] | null;
};

export type TemplateInput = TemplateContent & { name: string; purpose: Purpose };

export type TemplateVersion = TemplateContent & {
  version: number;
  at: string;
  by?: Schemas["Author"] | null;
};

export type TemplatePreviewRequest = {
  template_id?: string;
  variants?: Variant[];
  variables?: Variable[];
  values: Record<string, string>;
  contact_id?: string;
  channel?: string;
};

export type VariantPreview = {
  name: string;
  body: string;
  segments: number;
  encoding: string;
  missing: string[];
  unknown: string[];
};

/** A share from 0 to 1 with its 95 % interval (Wilson). */
export type Rate = { value: number; low: number; high: number };
export type Metric = "delivered" | "answered" | "opted_out";

export type VariantResult = {
  name: string;
  version?: number | null;
  sent: number;
  delivered: number;
  answered: number;
  opted_out: number;
  failed: number;
  rates: Record<Metric, Rate>;
};

export type TemplateResults = {
  variants: VariantResult[];
  better?: { variant: string; metric: Metric; confident: boolean } | null;
};

// --- compliance ---------------------------------------------------------------------------------------

export type ConsentEntry = {
  id: string;
  at: string;
  channel: string;
  line?: { id: string; name: string } | string | null;
  purpose: string;
  status: "given" | "revoked";
  source: string;
  wording?: string | null;
  evidence?: string | null;
  by?: Schemas["Author"] | string | null;
};

export type Block = { at: string; reason?: string | null; by?: Schemas["Author"] | string | null };

export type Consent = { items: ConsentEntry[]; blocked?: Block | null; time_zone?: TimeZones | null };

export type NewConsent = {
  status: "given" | "revoked";
  purpose: Purpose;
  source: string;
  wording?: string;
  evidence?: string;
  line_id?: string;
};

export type DeliveryContactFields = { time_zone?: string | null; blocked?: boolean };

export type RegionHours = { region: string; starts: string; ends: string };

export type ComplianceSettings = {
  quiet_hours: { enabled: boolean; starts: string; ends: string };
  regions: RegionHours[];
  frequency: { marketing_per_day: number; marketing_per_week: number };
  require_marketing_consent: boolean;
  first_contact: { enabled: boolean; text: string };
  default_time_zone?: string | null;
  late: { after_seconds: number; action: "send" | "fail" };
};

/** An inbound text that reads like a wish to hear no more, in words of its own. */
export type Review = {
  id: string;
  at: string;
  contact: MessageContact;
  conversation_id: string;
  message_id: string;
  text: string;
  phrase: string;
};

// --- lines and queue ----------------------------------------------------------------------------------

export type LineHealth = {
  breaker: "closed" | "open" | "half_open";
  since?: string | null;
  until?: string | null;
  reason?: string | null;
};

export type LineRate = {
  per_second?: number | null;
  per_minute?: number | null;
  per_day?: number | null;
  used_last_minute: number;
  used_today: number;
  paused_until?: string | null;
};

export type DeliveryLineFields = { health?: LineHealth; rate?: LineRate; failover?: string[] };

export type QueueState = "scheduled" | "held" | "queued" | "sending" | "unknown";
export type Lane = "fast" | "standard" | "bulk";

export type Queue = {
  states: Record<QueueState, number>;
  lanes: { lane: Lane; queued: number; oldest_at?: string | null }[];
  lines: { line_id: string; queued: number; oldest_at?: string | null }[];
  sent_today: number;
  failed_24h: number;
  dead_letters: number;
  oldest_at?: string | null;
  alerts: { code: string; text: string; since: string }[];
};

// --- addresses ----------------------------------------------------------------------------------------

type Json<T> = { content: { "application/json": T } };

type Answers<T> = {
  responses: { 200: Json<T>; default: { content: { "application/problem+json": Schemas["Problem"] } } };
};
type NoContent = Answers<undefined>;
type Id = { parameters: { path: { id: string } } };
type Query<Q> = { parameters: { query?: Q } };
type Body<B> = { requestBody: Json<B> };
type Key = { parameters: { header: { "Idempotency-Key": string } } };

type Page = { q?: string; line_id?: string; cursor?: string; limit?: number };

type Replaced = {
  "/api/messages": Omit<paths["/api/messages"], "post"> & {
    post: Key & Body<NewDeliveryMessage> & Answers<DeliveryMessage>;
  };
  "/api/messages/{id}": Omit<paths["/api/messages/{id}"], "patch"> & {
    patch: Id & Body<MessageChange> & Answers<DeliveryMessage>;
  };
  "/api/contacts/{id}": Omit<paths["/api/contacts/{id}"], "patch"> & {
    patch: Id &
      Body<Partial<Schemas["ContactInput"]> & { time_zone?: string | null }> &
      Answers<Schemas["Contact"]>;
  };
};

type Added = {
  "/api/messages/check": { post: Body<NewDeliveryMessage> & Answers<MessageCheck> };
  "/api/messages/{id}/send-now": { post: Id & Answers<DeliveryMessage> };
  "/api/scheduled": { get: Query<Page & { conversation_id?: string }> & Answers<ListedPage> };
  "/api/dead-letters/groups": { get: Answers<{ items: DeadLetterGroup[]; total: number }> };
  "/api/dead-letters": { get: Query<Page & { code?: string }> & Answers<ListedPage> };
  "/api/dead-letters/retry": {
    post: Body<DeadLetterSelector & { line_id?: string; body?: string }> & Answers<DeadLetterResult>;
  };
  "/api/dead-letters/drop": { post: Body<DeadLetterSelector> & Answers<DeadLetterResult> };
  "/api/dead-letters/undo": {
    post: Body<{ action_id: string }> & Answers<{ undone: number; too_late: number }>;
  };
  "/api/templates": {
    get: Query<{ q?: string; archived?: boolean }> & Answers<{ items: Template[] }>;
    post: Body<TemplateInput> & Answers<Template>;
  };
  "/api/templates/{id}": {
    get: Id & Answers<Template>;
    patch: Id & Body<Partial<TemplateInput>> & Answers<Template>;
    delete: Id & NoContent;
  };
  "/api/templates/{id}/restore": { post: Id & Answers<Template> };
  "/api/templates/{id}/versions": { get: Id & Answers<{ items: TemplateVersion[] }> };
  "/api/templates/{id}/results": {
    get: {
      parameters: { path: { id: string }; query?: { from?: string; to?: string } };
    } & Answers<TemplateResults>;
  };
  "/api/templates/preview": {
    post: Body<TemplatePreviewRequest> & Answers<{ variants: VariantPreview[] }>;
  };
  "/api/contacts/{id}/consent": {
    get: Id & Answers<Consent>;
    post: Id & Body<NewConsent> & Answers<unknown>;
  };
  "/api/contacts/{id}/block": {
    put: Id & Body<{ reason?: string }> & Answers<unknown>;
    delete: Id & NoContent;
  };
  "/api/compliance/settings": {
    get: Answers<ComplianceSettings>;
    put: Body<ComplianceSettings> & Answers<ComplianceSettings>;
  };
  "/api/reviews": {
    get: Query<{ cursor?: string }> & Answers<{ items: Review[]; next_cursor?: string | null }>;
  };
  "/api/reviews/{id}": { post: Id & Body<{ action: "opt_out" | "ignore" }> & Answers<unknown> };
  "/api/lines/{id}/breaker": {
    post: Id & Body<{ action: "close" | "open" }> & Answers<Schemas["Line"] & DeliveryLineFields>;
  };
  "/api/queue": { get: Answers<Queue> };
};

export type DeliveryPaths = Omit<paths, keyof Replaced> & Replaced & Added;
