import { Ban, CalendarDays, Mail, Phone, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Contact, ConversationContact } from "@/api/types";
import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";
import { Banner } from "@/ui/Banner";
import { RelativeTime } from "@/ui/Time";

/** What is known about a contact. Works with the little a conversation knows until the rest has come. */
export function ContactFacts({ contact }: { contact: Contact | ConversationContact }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const whole = "created_at" in contact ? contact : undefined;
  return (
    <>
      {contact.opted_out && (
        <Banner tone="warning" icon={Ban} className="mt-4 rounded-md">
          {t("contacts.optedOut")}
        </Banner>
      )}
      <dl className="mt-5 grid gap-3 border-t pt-4">
        {contact.phone && (
          <Fact icon={Phone} name={t("contacts.phone")}>
            <span className="tabular">{formatPhone(contact.phone, default_country)}</span>
          </Fact>
        )}
        {contact.email && (
          <Fact icon={Mail} name={t("contacts.email")}>
            {contact.email}
          </Fact>
        )}
        {whole && (
          <Fact icon={CalendarDays} name={t("contacts.since")}>
            {t("contacts.added")} <RelativeTime at={whole.created_at} />
          </Fact>
        )}
      </dl>
      {whole && Object.keys(whole.metadata).length > 0 && (
        <dl className="mt-4 grid gap-2 border-t pt-4 text-list">
          {Object.entries(whole.metadata).map(([name, value]) => (
            <div key={name} className="flex justify-between gap-4">
              <dt className="shrink-0 text-ink-soft">{name}</dt>
              <dd dir="auto" className="min-w-0 text-end wrap-anywhere">
                {value}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function Fact({ icon: Icon, name, children }: { icon: LucideIcon; name: string; children: ReactNode }) {
  return (
    <div className="flex items-start gap-3 text-list">
      <dt title={name}>
        <Icon aria-hidden className="mt-0.5 size-4 text-ink-faint" />
        <span className="sr-only">{name}</span>
      </dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  );
}
