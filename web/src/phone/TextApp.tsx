import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { showToast } from "@/ui/toasts";

import { PhoneComposer } from "./PhoneComposer";
import { PhoneThread } from "./PhoneThread";
import { type Channel, type NewText, type Phone, phoneQuery, type Sender, useSendText } from "./simulator";
import { useReadReceipts } from "./useReadReceipts";

type Props = { phone: Phone; app: Channel; senders: Sender[] };

/** Texts or WhatsApp on one customer's phone. */
export function TextApp({ phone, app, senders }: Props) {
  const { t } = useTranslation();
  const messages = useQuery(phoneQuery(phone.number));
  const send = useSendText(phone.number);
  const [chosen, setChosen] = useState<string>();
  const [answered, setAnswered] = useState<string>();
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
    <>
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
    </>
  );
}
