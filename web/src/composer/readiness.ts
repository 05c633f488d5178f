import type { Contact, ConversationContact, Line, Message, User, Way } from "@/api/types";
import { mayWrite } from "@/session/session";

import { needsTemplate } from "./ways";

/** The longest text the server takes, in Unicode characters. */
export const longestText = 1600;
const longestEmail = 100_000;

/** The longest text that a line sends. */
export const longestOf = (line: Line | undefined): number =>
  line?.channel === "email" ? longestEmail : longestText;

/** Why a reply cannot be sent; each has its sentence in the catalogue under `composer.blocked`. */
export type Blocked =
  | "viewer"
  | "optedOut"
  | "blocked"
  | "noPhone"
  | "noEmail"
  | "noLine"
  | "windowClosed"
  | "neverWrote"
  | "tooLong";

/** Whether a text can be a message: there is one, and it is not too long. */
export const fitsMessage = (text: string): boolean => text !== "" && textLength(text) <= longestText;

export const textLength = (text: string): number => Array.from(text).length;

export function blockedBy(
  user: User,
  contact: ConversationContact & Partial<Pick<Contact, "blocked">>,
  line: Line | undefined,
  text: string,
  { way, now }: { way?: Way | undefined; now: number } = { now: 0 },
): Blocked | undefined {
  if (!mayWrite(user)) return "viewer";
  if (contact.blocked) return "blocked";
  // Who opted out of one line may still be reached by another.
  if (way ? way.code === "opted_out" : contact.opted_out) return "optedOut";
  if (!line) return contact.phone || contact.email ? "noLine" : "noPhone";
  if (line.channel === "email" ? !contact.email : !contact.phone)
    return line.channel === "email" ? "noEmail" : "noPhone";
  if (needsTemplate(way, now)) return way?.window?.until ? "windowClosed" : "neverWrote";
  return textLength(text) > longestOf(line) ? "tooLong" : undefined;
}

/** Only texts are cut into segments; with files along they are one message. */
export const countsSegments = (line: Line | undefined, withFiles = false): boolean =>
  !withFiles && (line === undefined || line.channel === "sms");

/** The line a reply leaves from: the chosen one, else the one they wrote to last, else the first. */
export function replyLine(
  lines: Line[],
  chosenId: string | null,
  last: Message | undefined,
): Line | undefined {
  const byId = (id: string | null | undefined) => lines.find((line) => line.id === id);
  return byId(chosenId) ?? byId(last?.line_id) ?? lines[0];
}
