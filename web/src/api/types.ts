/** Short names for the generated types. Nothing here is written by hand: the API description is the source. */
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Problem = Schemas["Problem"];
export type User = Schemas["User"];
export type Role = Schemas["Role"];
export type Installation = Schemas["Installation"];
export type CurrentSession = Schemas["CurrentSession"];
export type Session = Schemas["Session"];
export type Invitation = Schemas["Invitation"];

export type DoctorCheck = Schemas["DoctorCheck"];

export type Alert = Schemas["Alert"];
export type AlertList = Schemas["AlertList"];
export type AlertNotice = Schemas["AlertNotice"];

export type Contact = Schemas["Contact"];
export type ContactInput = Schemas["ContactInput"];
export type ContactPage = Schemas["ContactList"];
export type Conversation = Schemas["Conversation"];
export type ConversationContact = Schemas["ConversationContact"];
export type ConversationCounts = Schemas["ConversationCounts"];
export type ConversationPage = Schemas["ConversationList"];
export type ConversationQuery = NonNullable<paths["/api/conversations"]["get"]["parameters"]["query"]>;
export type ConversationStatus = Schemas["Status"];

export type Message = Schemas["Message"];
export type MessageChange = Schemas["MessageChange"];
export type MessageCheck = Schemas["MessageCheck"];
export type MessageDetails = Schemas["MessageDetails"];
/** What an email has beside its text. */
export type MessageEmail = Schemas["MessageEmail"];
/** A line, and whether it reaches one person. */
export type Way = Schemas["Way"];
export type MessagePage = Schemas["MessageList"];
export type Media = Schemas["Media"];
export type MessageState = Message["state"];
/** One way to reach people. */
export type ChannelName = Message["channel"];
export type NewMessage = Schemas["NewMessage"];
/** When a message shall leave, and what else may be chosen for it. */
export type SendOptions = Pick<
  NewMessage,
  "priority" | "purpose" | "send_at" | "send_at_local" | "time_zone" | "cancel_if_answered" | "expires_at"
>;
/** Who may write when, and how soon it matters. */
export type Purpose = Message["purpose"];

/** A message that a list shows outside of its conversation. */
export type ListedMessage = Schemas["ListedMessage"];
export type MessageContact = Schemas["ListedContact"];
export type ListedPage = Schemas["ScheduledList"];

export type DeadLetterGroup = Schemas["DeadLetterGroup"];
export type DeadLetterSelector = Schemas["Selection"];
export type DeadLetterResult = Schemas["ActionResult"];
/** A text that reads like a wish to hear no more, in words of its own. */
export type Review = Schemas["ReviewView"];

/** A template that WhatsApp approves. */
export type ContentTemplate = Schemas["ContentTemplate"];
export type NewContentTemplate = Schemas["NewContentTemplate"];
export type Template = Schemas["Template"];
export type TemplateContent = Pick<Template, "variants" | "variables">;
export type TemplateInput = Schemas["NewTemplate"];
export type TemplatePreviewRequest = Schemas["TemplatePreviewRequest"];
export type TemplateResults = Schemas["TemplateResults"];
export type TemplateVersion = Schemas["TemplateVersion"];
export type Variable = Schemas["TemplateVariable"];
export type Variant = Schemas["TemplateVariant"];
export type VariantPreview = Schemas["VariantPreview"];
export type VariantResult = Schemas["VariantResults"];
export type Metric = keyof VariantResult["rates"];

export type Consent = Schemas["ConsentRecord"];
export type ConsentEntry = Schemas["ConsentView"];
export type NewConsent = Schemas["NewConsent"];
export type TimeZones = Schemas["ZoneView"];
export type ComplianceSettings = Schemas["Settings"];
export type RegionHours = Schemas["RegionSetting"];

export type Line = Schemas["Line"];
export type LineHealth = Schemas["LineHealth"];
/** Which files go along with a line's messages. */
export type LineMedia = Schemas["LineMedia"];
export type LineRate = Schemas["LineRate"];
/** A line with all that can be set, for those who manage it. */
export type LineSettings = Schemas["LineSettings"];
export type LineInfo = Schemas["LineInfo"];
export type LineLimits = Schemas["LineLimits"];
export type LineProvider = Schemas["LineProvider"];
export type LineProviderField = Schemas["LineProviderField"];
export type LineCheck = Schemas["LineCheck"];
export type LineCheckFinding = Schemas["LineCheckFinding"];
export type LineWebhooks = Schemas["LineWebhooks"];
export type WebhookChange = Schemas["WebhookChange"];
export type NewLine = Schemas["NewLine"];
export type LineChange = Schemas["LineChange"];
/** A number of the built-in simulator that a line can be tried with. */
export type SimulatedNumber = Schemas["SimulatedNumber"];
export type Queue = Schemas["QueueFigures"];
export type QueueState = keyof Queue["states"];
export type QueueHistory = Schemas["QueueHistory"];
export type HistoryStep = Schemas["HistoryStep"];
export type HistorySpan = NonNullable<
  NonNullable<paths["/api/queue/history"]["get"]["parameters"]["query"]>["span"]
>;
/** A process of the installation. */
export type Node = Schemas["Node"];

/** A webhook as it came, and what became of it. */
export type JournalEntry = Schemas["JournalEntry"];
export type JournalEntryDetails = Schemas["JournalEntryDetails"];
export type JournalQuery = NonNullable<paths["/api/journal"]["get"]["parameters"]["query"]>;
export type ReplaySelection = Schemas["ReplaySelection"];
/** How far a webhook has come. */
export type Progress = JournalEntry["state"];
export type ProcessingError = Schemas["ProcessingError"];
export type ErrorQuery = NonNullable<paths["/api/errors"]["get"]["parameters"]["query"]>;

export type Persona = Schemas["Persona"];
export type PersonaList = Schemas["PersonaList"];
export type PersonaUse = Schemas["PersonaUse"];
export type PersonaRun = Schemas["PersonaRun"];
export type ConversationPersona = Schemas["ConversationPersona"];
export type ContactFact = Schemas["ContactFact"];
/** What a persona would have done, if it had been asked for real. */
export type PersonaTrial = Schemas["DryRunResult"];
