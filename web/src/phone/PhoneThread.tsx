import { clsx } from "clsx";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { clockTime } from "@/lib/time";

import type { PhoneMessage, SimulatorState } from "./simulator";

type Props = { messages: PhoneMessage[] | undefined; numbers: SimulatorState["numbers"] };

/** The customer's view: their texts at the end side, the business's at the start. */
export function PhoneThread({ messages, numbers }: Props) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  const count = messages?.length ?? 0;
  useEffect(() => {
    // In braces: newer browsers return a promise here, which React would take for a clean-up.
    end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);
  return (
    <div
      role="log"
      aria-label={t("phone.messages")}
      // Scrolling regions have to be reachable by keyboard (WCAG 2.1.1).
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="flex min-h-40 flex-1 flex-col gap-1.5 overflow-y-auto p-3 -outline-offset-2"
    >
      {messages?.length === 0 && (
        <p className="m-auto max-w-52 text-center text-list text-balance text-ink-soft">{t("phone.empty")}</p>
      )}
      {messages?.map((message) => (
        <PhoneBubble key={message.sid} message={message} numbers={numbers} />
      ))}
      <div ref={end} />
    </div>
  );
}

function PhoneBubble({ message, numbers }: { message: PhoneMessage; numbers: SimulatorState["numbers"] }) {
  const own = message.direction === "from_phone";
  const business = own ? message.to : message.from;
  const line = numbers.length > 1 ? numbers.find(({ number }) => number === business)?.name : undefined;
  return (
    <div
      className={clsx(
        "max-w-[85%] rounded-bubble px-3 py-1.5",
        own ? "self-end bg-accent text-on-accent" : "self-start bg-bubble-in",
      )}
    >
      <p dir="auto" className="user-text text-start">
        {message.body}
      </p>
      <p className={clsx("text-end text-meta tabular", own ? "opacity-85" : "text-ink-faint")}>
        {line && `${line} · `}
        {clockTime(message.at)}
      </p>
    </div>
  );
}
