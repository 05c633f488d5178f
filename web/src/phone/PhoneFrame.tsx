import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";
import { Avatar } from "@/ui/Avatar";
import { showToast } from "@/ui/toasts";

import { ChannelSwitch } from "./ChannelSwitch";
import { PhoneComposer } from "./PhoneComposer";
import { PhoneThread } from "./PhoneThread";
import {
  type Channel,
  type NewText,
  type Phone,
  phoneQuery,
  type SimulatorState,
  useSendText,
} from "./simulator";
import { useReadReceipts } from "./useReadReceipts";

type Props = { phone: Phone; numbers: SimulatorState["numbers"] };

/** One customer's phone: texts, and WhatsApp if the business is there. */
export function PhoneFrame({ phone, numbers }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const messages = useQuery(phoneQuery(phone.number));
  const send = useSendText(phone.number);
  const [app, setApp] = useState<Channel>("sms");
  const [chosen, setChosen] = useState<string>();
  const [answered, setAnswered] = useState<string>();
  const senders = numbers.filter(({ channel }) => channel === app);
  const to = senders.find(({ address }) => address === chosen) ?? senders[0];
  const shown = messages.data?.filter(({ channel }) => channel === app);
  useReadReceipts(phone.number, app === "whatsapp" ? shown : undefined);
  const deliver = (text: Omit<NewText, "to">, address = to?.address): void => {
    if (!address) return;
    const quoted = answered && { reply_to: answered };
    setAnswered(undefined);
    send.mutate({ to: address, ...quoted, ...text }, { onError: (error) => showToast(errorText(error, t)) });
  };
  return (
    <section
      aria-label={t("phone.phoneOf", { name: phone.name })}
      className="flex h-full max-h-[46rem] flex-col overflow-hidden rounded-[1.75rem] border-4 border-ink/80 bg-surface dark:border-hairline"
    >
      <header className="flex shrink-0 flex-col gap-2 border-b bg-canvas px-4 pt-4 pb-3">
        <div className="flex items-center gap-3">
          <Avatar id={phone.number} name={phone.name} />
          <div className="min-w-0 flex-1">
            <h2 dir="auto" className="truncate start-aligned font-semibold">
              {phone.name}
            </h2>
            <p className="truncate text-meta text-ink-soft tabular">
              {formatPhone(phone.number, default_country)}
            </p>
          </div>
        </div>
        {numbers.some(({ channel }) => channel === "whatsapp") && (
          <ChannelSwitch name={phone.name} shown={app} onShow={setApp} />
        )}
      </header>
      <div className={clsx("flex min-h-0 flex-1 flex-col", app === "whatsapp" && "bg-success-soft/40")}>
        <PhoneThread
          messages={shown}
          senders={senders}
          answered={answered}
          onAnswer={app === "whatsapp" ? setAnswered : undefined}
          onTap={(message, tap) => {
            const from = senders.find(({ number }) => number === message.from);
            deliver({ tap, reply_to: message.sid }, from?.address);
          }}
        />
      </div>
      <PhoneComposer
        name={phone.name}
        senders={senders}
        to={to?.address ?? ""}
        onChooseTo={setChosen}
        answered={shown?.find(({ sid }) => sid === answered)}
        onForget={() => setAnswered(undefined)}
        onSend={(body, files) => deliver({ body, files })}
        onPlace={app === "whatsapp" ? (location) => deliver({ location }) : undefined}
      />
    </section>
  );
}
