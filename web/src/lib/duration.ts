/** How long something takes or took, in the one unit that says it: "850 ms", "12 sec", "4 min", "3 hr", "2 days". */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function unit(name: string, length: number, from = 2 * length) {
  const format = new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: name,
    unitDisplay: "short",
    maximumFractionDigits: 0,
  });
  return { from, write: (ms: number): string => format.format(Math.floor(ms / length)) };
}

// One and a half of something says too little: from two on it is told in the larger unit.
const units = [unit("day", day), unit("hour", hour), unit("minute", minute), unit("second", second, second)];
const smallest = unit("millisecond", 1);

export function duration(ms: number): string {
  return (units.find(({ from }) => ms >= from) ?? smallest).write(Math.max(0, ms));
}

/** From one time to another, both as the API writes them; never below zero. */
export const between = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));
