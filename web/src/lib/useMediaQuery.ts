import { useCallback, useSyncExternalStore } from "react";

export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** At least list and thread beside each other; the same width as the `two` breakpoint in tokens.css. */
export const useTwoPanes = (): boolean => useMediaQuery("(min-width: 45rem)");

/** The contact panel beside them; the `three` breakpoint. */
export const useThreePanes = (): boolean => useMediaQuery("(min-width: 73.75rem)");
