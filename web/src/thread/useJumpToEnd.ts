import { useMemo, useState } from "react";

/** A wish to see the end of the thread, from the composer to the list: after sending, one wants to see it. */
export type Jump = { wish: number; request: () => void };

export function useJumpToEnd(): Jump {
  const [wish, setWish] = useState(0);
  return useMemo(() => ({ wish, request: () => setWish((count) => count + 1) }), [wish]);
}
