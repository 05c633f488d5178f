import type { TFunction } from "i18next";

import { ApiError, Unreachable } from "./errors";

/** An error in a sentence for a person. The server's own sentence is used where it wrote one. */
export function errorText(error: unknown, t: TFunction): string {
  if (error instanceof Unreachable) return t("errors.unreachable");
  if (!(error instanceof ApiError)) return t("errors.unexpected");
  if (error.status === 429) return t("errors.tooMany");
  // What a provider said is told in its words.
  if (error.status >= 500 && error.code !== "provider_refused") return t("errors.internal");
  return error.message;
}
