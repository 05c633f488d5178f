const second = 1000;
const minute = 60 * second;

/** How long an answer counts as current, in milliseconds. */
export const freshness = {
  /** Kept current by the live stream; asked again only when the stream says it lost its place. */
  live: Infinity,
  /** Changes rarely, and by people who are looking at it. */
  settings: minute,
  /** Who we are: the server tells us when that changes. */
  session: 5 * minute,
  /** Search results and details opened for a look. */
  glance: 15 * second,
} as const;

/** How long an unused answer stays in memory, so that going back is instant. */
export const keepUnused = 10 * minute;
