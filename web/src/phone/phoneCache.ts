import type { PhoneMessage } from "./simulator";

/** A created or changed message in a phone's list, oldest first. Twice is the same as once. */
export function withPhoneMessage(messages: PhoneMessage[], message: PhoneMessage): PhoneMessage[] {
  const known = messages.findIndex(({ sid }) => sid === message.sid);
  if (known >= 0) return messages.with(known, message);
  const after = messages.findLastIndex(({ at }) => Date.parse(at) <= Date.parse(message.at));
  return messages.toSpliced(after + 1, 0, message);
}

/** Whose phone a message belongs to. */
export const phoneOf = (message: PhoneMessage): string =>
  message.direction === "to_phone" ? message.to : message.from;
