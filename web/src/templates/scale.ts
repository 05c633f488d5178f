/** Where a scale of rates ends: a round share above everything shown, and never more than all. */
export function scaleEnd(rates: readonly number[]): number {
  const highest = Math.max(0, ...rates);
  return roundEnds.find((end) => end >= highest) ?? 1;
}

const roundEnds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1] as const;
