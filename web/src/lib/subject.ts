/** Subjects of emails, as the server reads them (crates/domain/src/email/subject.rs). */

/** The longest subject the server takes, in Unicode characters. */
export const longestSubject = 250;

/** What mail programs put before the subject of an answer, perhaps several times, perhaps with a count. */
const answered = /^\s*(?:re|aw|sv|vs|antw|ref|res|rif|odp|ynt)\s*(?:[[(][^:]*)?:\s*/i;

/** The subject without the words that only say that it is an answer. */
export function bareSubject(subject: string): string {
  let rest = subject.trim();
  while (answered.test(rest)) rest = rest.replace(answered, "");
  return rest.trim();
}

/** The subject of an answer: "Re:" before it, once. */
export const replySubject = (subject: string): string => `Re: ${bareSubject(subject)}`.trim();

/** Whether two emails stand under one subject. */
export const sameSubject = (one: string, other: string): boolean =>
  bareSubject(one).toLowerCase() === bareSubject(other).toLowerCase();
