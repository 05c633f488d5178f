import type { Purpose, Template, TemplateContent, TemplateInput } from "@/api/types";

import { undeclared } from "./syntax";

/** A template while it is written. Keys are steady, so that fields keep the focus while lists change. */
export type TemplateDraft = {
  name: string;
  purpose: Purpose;
  variants: VariantDraft[];
  variables: VariableDraft[];
};

export type VariantDraft = { key: string; name: string; weight: number; bodies: Record<string, string> };

export type VariableDraft = {
  key: string;
  name: string;
  label: string;
  default: string;
  format: string;
  example: string;
};

/** The body that every channel without one of its own takes. */
export const everyChannel = "*";

let lastKey = 0;
function newKey(): string {
  lastKey += 1;
  return `k${lastKey}`;
}

export const newVariable = (name = ""): VariableDraft => ({
  key: newKey(),
  name,
  label: "",
  default: "",
  format: "",
  example: "",
});

/** Variants are called A, B, C until somebody names them. */
export function newVariant(before: readonly VariantDraft[]): VariantDraft {
  const taken = new Set(before.map(({ name }) => name));
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const name = letters.find((letter) => !taken.has(letter)) ?? String(before.length + 1);
  return { key: newKey(), name, weight: before.at(-1)?.weight ?? 1, bodies: { [everyChannel]: "" } };
}

export const emptyDraft = (): TemplateDraft => ({
  name: "",
  purpose: "reply",
  variants: [newVariant([])],
  variables: [],
});

export function draftOf({ name, purpose, ...content }: Template): TemplateDraft {
  return { name, purpose, ...contentDraft(content) };
}

export function contentDraft({
  variants,
  variables,
}: TemplateContent): Pick<TemplateDraft, "variants" | "variables"> {
  return {
    variants: variants.map((variant) => ({ key: newKey(), ...variant })),
    variables: variables.map(({ name, label, default: fallback, format, example }) => ({
      key: newKey(),
      name,
      label: label ?? "",
      default: fallback ?? "",
      format: format ?? "",
      example: example ?? "",
    })),
  };
}

/** The draft in the API's words: what was left empty is left out, also a variable that has no name yet. */
export function inputOf({ name, purpose, variants, variables }: TemplateDraft): Required<TemplateInput> {
  return {
    name: name.trim(),
    purpose,
    variants: variants.map(({ name: variant, weight, bodies }) => ({
      name: variant.trim(),
      weight,
      bodies: Object.fromEntries(Object.entries(bodies).filter(([, text]) => text.trim() !== "")),
    })),
    variables: variables.filter((variable) => variable.name.trim() !== "").map(variableInput),
  };
}

function variableInput({ name, label, default: fallback, format, example }: VariableDraft) {
  return {
    name: name.trim(),
    ...(label.trim() && { label: label.trim() }),
    // A default may be a space; only nothing at all means none.
    ...(fallback && { default: fallback }),
    ...(format.trim() && { format: format.trim() }),
    ...(example && { example }),
  };
}

export const textsOf = ({ variants }: TemplateDraft): string[] =>
  variants.flatMap(({ bodies }) => Object.values(bodies));

export function undeclaredIn(draft: TemplateDraft): string[] {
  return undeclared(
    textsOf(draft),
    draft.variables.map(({ name }) => name.trim()),
  );
}

/** Whether two drafts say the same, whatever their keys. */
export const sameDraft = (a: TemplateDraft, b: TemplateDraft): boolean =>
  JSON.stringify(inputOf(a)) === JSON.stringify(inputOf(b));

export type DraftProblem = "name" | "body" | "weight" | "variantName" | "variableName" | "undeclared";

/** Why it cannot be saved yet; the words are in the catalogue under `templates.problems`. */
export function problemOf(draft: TemplateDraft): DraftProblem | undefined {
  const { name, variants, variables } = inputOf(draft);
  if (name === "") return "name";
  if (variants.some(({ bodies }) => !bodies[everyChannel])) return "body";
  if (variants.some(({ weight }) => !(weight >= 0)) || sum(variants) === 0) return "weight";
  if (repeats(variants.map((variant) => variant.name))) return "variantName";
  if (repeats(variables.map((variable) => variable.name))) return "variableName";
  return undeclaredIn(draft).length > 0 ? "undeclared" : undefined;
}

const sum = (variants: readonly { weight: number }[]): number =>
  variants.reduce((total, { weight }) => total + weight, 0);

const repeats = (names: readonly string[]): boolean =>
  names.includes("") || new Set(names).size < names.length;

/** The share of messages a variant gets, 0 to 1. */
export function shareOf(variant: { weight: number }, all: readonly { weight: number }[]): number {
  const total = sum(all);
  return total > 0 ? variant.weight / total : 0;
}

/** What stands for each variable in a preview: what was tried last, else its example. */
export function previewValues(
  variables: readonly VariableDraft[],
  tried: Readonly<Record<string, string>>,
): Record<string, string> {
  const pairs = variables
    .map(({ name, example }) => [name.trim(), tried[name.trim()] ?? example] as const)
    .filter(([name, value]) => name !== "" && value !== "");
  return Object.fromEntries(pairs);
}
