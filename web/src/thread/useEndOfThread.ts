import type { Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import type { Message } from "@/api/types";

type List = Virtualizer<HTMLDivElement, Element>;

/** This close to the end counts as at the end, in pixels. */
export const nearEnd = 80;

const isNearEnd = ({ scrollHeight, scrollTop, clientHeight }: Element): boolean =>
  scrollHeight - scrollTop - clientHeight < nearEnd;

/** Whether the reader is at the end, and what has come in below since they left it. */
export function useEndOfThread(
  virtualizer: List,
  scroller: RefObject<HTMLDivElement | null>,
  messages: Message[],
  opensAtEnd: boolean,
) {
  const [isAtEnd, setAtEnd] = useState(opensAtEnd);
  const lastId = messages.at(-1)?.id;
  const [seenId, setSeenId] = useState(lastId);
  if (isAtEnd && seenId !== lastId) setSeenId(lastId);
  const seenIndex = messages.findIndex((message) => message.id === seenId);
  const unseen = messages.slice(seenIndex + 1).filter((message) => message.direction === "inbound").length;

  // Asked of the element itself: when it scrolls, the virtualizer may not have heard of it yet.
  const update = (): void => {
    const element = scroller.current;
    if (element) setAtEnd(isNearEnd(element));
  };

  // A growing composer or a banner takes room from the thread, and rows turn out higher than they were estimated;
  // whoever is at the end stays there.
  const stay = useEffectEvent(() => {
    if (isAtEnd) virtualizer.scrollToEnd();
    else update();
  });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => stay());
    observer.observe(element);
    if (element.lastElementChild) observer.observe(element.lastElementChild);
    return () => observer.disconnect();
  }, [scroller]);

  return { isAtEnd, unseen, update };
}
