import type { Phone } from "./simulator";

/** Where a made-up customer gets emails: their name at a domain that exists for examples (RFC 2606). */
export function mailAddress({ name, number }: Phone): string {
  const words = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return `${words?.join(".") ?? number.replace(/\D/g, "")}@example.net`;
}

/** The same as a mail program writes it. */
export const mailSender = (phone: Phone): string =>
  `"${phone.name.replace(/["\\]/g, "")}" <${mailAddress(phone)}>`;

/** What somebody wrote, without what their mail program repeats below it. */
export const ownWords = (text: string): string => (text.split(/\n+On [^\n]* wrote:\n>/)[0] ?? "").trim();

/** What a mail program calls a sender: the name, or the address of one without. */
export const senderName = (from: string): string =>
  from
    .replace(/<[^>]*>/, "")
    .replaceAll('"', "")
    .trim() || from;
