/** Short names for the generated types. Nothing here is written by hand: the API description is the source. */
import type { DeliveryContactFields, DeliveryLineFields, DeliveryMessage } from "./delivery";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Problem = Schemas["Problem"];
export type User = Schemas["User"];
export type Role = Schemas["Role"];
export type Installation = Schemas["Installation"];
export type CurrentSession = Schemas["CurrentSession"];
export type Session = Schemas["Session"];
export type Invitation = Schemas["Invitation"];
export type Line = Schemas["Line"] & DeliveryLineFields;
export type Contact = Schemas["Contact"] & DeliveryContactFields;
export type ContactInput = Schemas["ContactInput"];
export type ContactPage = Schemas["ContactList"];
export type Conversation = Schemas["Conversation"];
export type ConversationContact = Schemas["ConversationContact"];
export type ConversationCounts = Schemas["ConversationCounts"];
export type ConversationPage = Schemas["ConversationList"];
export type ConversationStatus = Schemas["Status"];
export type Message = DeliveryMessage;
export type MessageDetails = Schemas["MessageDetails"] & Message;
export type MessagePage = Schemas["MessageList"];
export type MessageState = Message["state"];

export type ConversationQuery = NonNullable<paths["/api/conversations"]["get"]["parameters"]["query"]>;
