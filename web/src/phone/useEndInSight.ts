import { type RefObject, useLayoutEffect, useRef } from "react";

/** A list that is scrolled to its end whenever something came; nothing around it moves. */
export function useEndInSight(count: number | undefined): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [count]);
  return list;
}
