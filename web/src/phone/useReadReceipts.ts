import { useEffect } from "react";

import { markRead, type PhoneMessage } from "./simulator";

/** What arrived and is on show, the customer reads: while the page itself can be seen. */
export function useReadReceipts(phone: string, shown: PhoneMessage[] | undefined): void {
  const unread = shown?.filter(({ direction, status }) => direction === "to_phone" && status === "delivered");
  const senders = [...new Set(unread?.map(({ from }) => from))].join(" ");
  const newest = unread?.at(-1)?.sid;
  useEffect(() => {
    if (!newest) return;
    const read = (): void => {
      if (document.visibilityState !== "visible") return;
      // A receipt that is lost costs nothing: the next one covers it.
      for (const sender of senders.split(" ")) markRead(phone, sender).catch(() => undefined);
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [phone, senders, newest]);
}
