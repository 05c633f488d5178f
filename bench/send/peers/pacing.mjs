/** Jobs added at a steady pace, and when each was: one JSON object on standard output. */

/** @param {number} first @param {number} count @param {number} perSecond @param {(n: number) => Promise<unknown>} add */
export async function eachInTime(first, count, perSecond, add) {
  const began = performance.now();
  const asked = {};
  for (let index = 0; index < count; index += 1) {
    const due = began + (index * 1_000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    asked[first + index] = micros();
    await add(first + index);
  }
  said(JSON.stringify(asked));
}

/** Microseconds since 1970, as the mock counts them. */
export function micros() {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}

export function said(text) {
  process.stdout.write(`${text}\n`);
}
