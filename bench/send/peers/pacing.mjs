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

/** Adds `count` jobs, so many at a time, and says how many a second that was. A tenth more go first, to warm up. */
export async function allAtOnce(first, count, inFlight, add) {
  const run = async (from, to) => {
    let next = from;
    const one = async () => {
      while (next < to) await add(next++);
    };
    await Promise.all(Array.from({ length: inFlight }, one));
  };
  const begin = first + Math.round(count / 10);
  await run(first, begin);
  const began = performance.now();
  await run(begin, begin + count);
  said((count * 1_000) / (performance.now() - began));
}

/** Microseconds since 1970, as the mock counts them. */
export function micros() {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}

export function said(text) {
  process.stdout.write(`${text}\n`);
}
