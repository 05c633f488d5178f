/** `1.5 MB`, in units of 1024, as people who send files count. */
export function fileSize(bytes: number): string {
  const [value, unit] =
    bytes < 1024
      ? [bytes, "byte"]
      : bytes < 1024 * 1024
        ? [Math.ceil(bytes / 1024), "kilobyte"]
        : [bytes / 1024 / 1024, "megabyte"];
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(value);
}

export type FileKind = "image" | "audio" | "video" | "file";

export function kindOf(type: string | null | undefined): FileKind {
  const kind = type?.split("/")[0];
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "file";
}
