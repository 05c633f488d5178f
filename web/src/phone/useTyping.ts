import { useEffect, useState } from "react";

import type { PhoneMessage } from "./simulator";

/** Until when the business is shown to be writing, in milliseconds since 1970: an answer ends it. 0 if it is not. */
export function typingUntil(messages: PhoneMessage[]): number {
  const asked = messages.findLastIndex(({ typing_until }) => typing_until);
  const answered = messages.slice(asked + 1).some(({ direction }) => direction === "to_phone");
  return asked < 0 || answered ? 0 : Date.parse(messages[asked]?.typing_until ?? "");
}

/** Whether the business is writing now. */
export function useTyping(messages: PhoneMessage[]): boolean {
  const until = typingUntil(messages);
  // What was over before anybody looked has ended.
  const [endedAt, setEndedAt] = useState(() => Date.now());
  useEffect(() => {
    const timer = setTimeout(() => setEndedAt(Date.now()), Math.max(0, until - Date.now()));
    return () => clearTimeout(timer);
  }, [until]);
  return until > endedAt;
}
