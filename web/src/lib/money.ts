/** An amount in millionths: a model's answer often costs less than a cent, so with all the digits it needs. */
export function formatMicros(micros: number, currency: string): string {
  return (micros / 1_000_000).toLocaleString(undefined, {
    style: "currency",
    currency,
    maximumFractionDigits: 6,
  });
}
