import { useCallback, useEffect, useRef, useState } from "react";

/** `value`, once it has stopped changing for `delayMs`. */
export function useDebounced<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}

/** `run`, called with the last argument once the calls have paused for `delayMs`. */
export function useDebouncedCallback<T>(run: (argument: T) => void, delayMs: number): (argument: T) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(
    (argument) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => latest.current(argument), delayMs);
    },
    [delayMs],
  );
}
