import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";
import { Avatar } from "@/ui/Avatar";
import { showToast } from "@/ui/toasts";

import { PhoneComposer } from "./PhoneComposer";
import { PhoneThread } from "./PhoneThread";
import { type Phone, phoneQuery, type SimulatorState, useSendText } from "./simulator";

type Props = { phone: Phone; numbers: SimulatorState["numbers"] };

/** One customer's phone. */
export function PhoneFrame({ phone, numbers }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const messages = useQuery(phoneQuery(phone.number));
  const send = useSendText(phone.number);
  const [chosen, setChosen] = useState<string>();
  const to = numbers.find(({ number }) => number === chosen) ?? numbers[0];
  return (
    <section
      aria-label={t("phone.phoneOf", { name: phone.name })}
      className="flex h-full max-h-[46rem] flex-col overflow-hidden rounded-[1.75rem] border-4 border-ink/80 bg-surface dark:border-hairline"
    >
      <header className="flex shrink-0 items-center gap-3 border-b bg-canvas px-4 pt-4 pb-3">
        <Avatar id={phone.number} name={phone.name} />
        <div className="min-w-0 flex-1">
          <h2 dir="auto" className="truncate start-aligned font-semibold">
            {phone.name}
          </h2>
          <p className="truncate text-meta text-ink-soft tabular">
            {formatPhone(phone.number, default_country)}
          </p>
        </div>
      </header>
      <PhoneThread messages={messages.data} numbers={numbers} />
      <PhoneComposer
        name={phone.name}
        numbers={numbers}
        to={to?.number ?? ""}
        onChooseTo={setChosen}
        onSend={(body) =>
          to && send.mutate({ to: to.number, body }, { onError: (error) => showToast(errorText(error, t)) })
        }
      />
    </section>
  );
}
