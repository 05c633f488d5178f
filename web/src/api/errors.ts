import type { Problem } from "./types";

/** The server answered, and the answer was no. Carries the problem document in the app's words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  /** The server's word on each field, by the field's name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly existingId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.fields = fieldMessages(problem);
    this.existingId = problem.existing_id ?? undefined;
    this.retryAfterMs = problem.retry_after_s == null ? undefined : problem.retry_after_s * 1000;
  }
}

/** No answer came: whether the server acted on the request is not known. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Worth repeating unchanged: nothing was refused, it only did not work this time. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof Unreachable ||
    (error instanceof ApiError && (error.status >= 500 || error.status === 429))
  );
}

function fieldMessages(problem: Problem): Record<string, string> {
  const fields = Object.fromEntries((problem.errors ?? []).map(({ field, message }) => [field, message]));
  if (problem.field && problem.detail) fields[problem.field] ??= problem.detail;
  return fields;
}

/** Reads whatever came back with an error status; proxies in between answer with pages of their own. */
export function toApiError(body: unknown, status: number): ApiError {
  if (isProblem(body)) return new ApiError(body);
  return new ApiError({ type: "about:blank", title: `HTTP ${status}`, status, code: "internal", detail: "" });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "status" in body;
}
