import { useState } from "react";
import { useTranslation } from "react-i18next";

import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";
import { Avatar } from "@/ui/Avatar";

import { ChannelSwitch } from "./ChannelSwitch";
import { MailApp } from "./MailApp";
import { mailAddress } from "./mailAddress";
import type { App, Mailbox, Phone, SimulatorState } from "./simulator";
import { TextApp } from "./TextApp";

type Props = { phone: Phone; numbers: SimulatorState["numbers"]; mailboxes: Mailbox[] };

/** One customer's phone: texts, and WhatsApp and emails if the business is there. */
export function PhoneFrame({ phone, numbers, mailboxes }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const [app, setApp] = useState<App>("sms");
  const apps = (["sms", "whatsapp", "email"] as const).filter((each) =>
    each === "email"
      ? mailboxes.length > 0
      : each === "sms" || numbers.some(({ channel }) => channel === each),
  );
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
              {app === "email" ? mailAddress(phone) : formatPhone(phone.number, default_country)}
            </p>
          </div>
        </div>
        {apps.length > 1 && <ChannelSwitch name={phone.name} apps={apps} shown={app} onShow={setApp} />}
      </header>
      {app === "email" ? (
        <MailApp phone={phone} mailboxes={mailboxes} />
      ) : (
        <TextApp
          key={app}
          phone={phone}
          app={app}
          senders={numbers.filter(({ channel }) => channel === app)}
        />
      )}
    </section>
  );
}
