/** Only a path of our own may be returned to; anything else would let a link send people elsewhere. */
export function safeReturnPath(path: unknown): string {
  if (typeof path !== "string" || !/^\/(?![/\\])/.test(path)) return "/inbox";
  return /^\/(sign-in|sign-up|join)\b/.test(path) ? "/inbox" : path;
}
