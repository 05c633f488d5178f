import type { VariantPreview } from "@/api/types";

/** Values that cannot be written in the format the text asks for, each with what is wrong about it. */
export function UnfitValues({ values }: { values: VariantPreview["unfit"] }) {
  return values.map(({ name, problem }) => (
    <p key={name} className="mt-1 text-meta text-warning">
      <code className="rounded-sm bg-warning-soft px-1 font-mono">{name}</code> {problem}
    </p>
  ));
}
