import type { Line, LineMedia } from "@/api/types";

import type { Attachment } from "./attachments";

/** Why files cannot go along as they are; each has its sentence in the catalogue under `composer.files.problem`. */
export type MediaProblem =
  | { kind: "none" }
  | { kind: "tooMany"; max: number }
  | { kind: "tooMuch"; max: number }
  | { kind: "type"; name: string }
  | { kind: "tooLarge"; name: string; max: number };

type Sized = Pick<Attachment, "name" | "type" | "bytes">;

/** The server's rules (crates/domain/src/media.rs), asked before a file has left. */
export function mediaProblem(
  limits: LineMedia | null | undefined,
  files: readonly Sized[],
): MediaProblem | undefined {
  if (files.length === 0) return undefined;
  if (!limits) return { kind: "none" };
  if (files.length > limits.count_max) return { kind: "tooMany", max: limits.count_max };
  for (const file of files) {
    const problem = fileProblem(limits, file);
    if (problem) return problem;
  }
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return total > limits.total_max_bytes ? { kind: "tooMuch", max: limits.total_max_bytes } : undefined;
}

/** What stands against one file. Of one whose type the browser does not know, the server tells. */
export function fileProblem(limits: LineMedia | null | undefined, file: Sized): MediaProblem | undefined {
  if (!limits) return { kind: "none" };
  const rule = limits.types.find(({ starts_with }) => file.type.startsWith(starts_with));
  const max = rule?.max_bytes ?? limits.total_max_bytes;
  if (file.type !== "" && !rule) return { kind: "type", name: file.name };
  return file.bytes > max ? { kind: "tooLarge", name: file.name, max } : undefined;
}

/** Whether a line takes all of these along with one message. */
export const takes = ({ media }: Line, files: readonly Sized[]): boolean =>
  mediaProblem(media, files) === undefined;
