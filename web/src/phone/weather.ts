import type { Faults, OneShot } from "./simulator";

/** The perfect carrier. */
export const clear: Faults = {
  latency_ms: { min: 0, max: 0 },
  throttle_rate: 0,
  error_before_rate: 0,
  error_after_rate: 0,
  drop_answer_rate: 0,
  hang_answer_rate: 0,
  garbled_answer_rate: 0,
  callback_loss_rate: 0,
  callback_double_rate: 0,
  callback_reorder_rate: 0,
  callback_delay_ms: { min: 0, max: 0 },
  list_lag_ms: 0,
  never_delivered_rate: 0,
  outcome: "delivered",
  error_code: null,
  concurrency_max: 0,
};

/** Whole situations, to be set with one click. */
export const presets = {
  clear,
  slow: {
    ...clear,
    latency_ms: { min: 1500, max: 4000 },
    callback_delay_ms: { min: 2000, max: 6000 },
  },
  rough: {
    ...clear,
    latency_ms: { min: 100, max: 1500 },
    throttle_rate: 0.15,
    error_before_rate: 0.15,
    callback_loss_rate: 0.1,
    callback_double_rate: 0.3,
    callback_reorder_rate: 0.3,
  },
  storm: {
    ...clear,
    latency_ms: { min: 200, max: 3000 },
    throttle_rate: 0.2,
    error_before_rate: 0.2,
    error_after_rate: 0.2,
    drop_answer_rate: 0.2,
    garbled_answer_rate: 0.1,
    callback_loss_rate: 0.3,
    callback_double_rate: 0.4,
    callback_reorder_rate: 0.4,
    callback_delay_ms: { min: 500, max: 8000 },
  },
} as const satisfies Record<string, Faults>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];

/** Which preset the present faults are, if any; fields the simulator adds later do not matter. */
export function presetOf(faults: Faults): PresetName | undefined {
  const same = (name: PresetName): boolean =>
    Object.entries(presets[name]).every(
      ([field, value]) => flat(value) === flat(faults[field as keyof Faults]),
    );
  return presetNames.find(same);
}

function flat(value: Faults[keyof Faults]): string {
  return typeof value === "object" && value !== null ? `${value.min}-${value.max}` : String(value);
}

type RateName = { [K in keyof Faults]: Faults[K] extends number ? K : never }[keyof Faults] &
  `${string}_rate`;
type SpanName = "latency_ms" | "callback_delay_ms";

/** The controls, in the order of a message's way: asking, the answer, the receipts. */
export const rateGroups: readonly {
  name: "asking" | "answer" | "receipts";
  rates: readonly RateName[];
  span?: SpanName;
}[] = [
  { name: "asking", span: "latency_ms", rates: ["throttle_rate", "error_before_rate"] },
  {
    name: "answer",
    rates: ["error_after_rate", "drop_answer_rate", "hang_answer_rate", "garbled_answer_rate"],
  },
  {
    name: "receipts",
    span: "callback_delay_ms",
    rates: ["callback_loss_rate", "callback_double_rate", "callback_reorder_rate", "never_delivered_rate"],
  },
];

export const oneShots: readonly OneShot[] = [
  "throttle",
  "error_before",
  "error_after",
  "drop_answer",
  "garbled_answer",
];
