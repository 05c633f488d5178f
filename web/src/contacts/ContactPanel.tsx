import { useQuery } from "@tanstack/react-query";
import { Pencil, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ConversationContact } from "@/api/types";
import { displayName } from "@/lib/names";
import { mayWrite, useInstallation, useUser } from "@/session/session";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/IconButton";

import { ContactDialog } from "./ContactDialog";
import { ContactFacts } from "./ContactFacts";
import { contactQuery } from "./contacts";

/** Comes after the rest: the inbox opens without it. */
const ContactRules = lazy(async () => ({ default: (await import("./ContactRules")).ContactRules }));

type Props = {
  contact: ConversationContact;
  onClose: () => void;
  /** What belongs to this conversation rather than to the person. */
  children?: ReactNode;
};

/** Who one is talking to, beside the thread. */
export function ContactPanel({ contact, onClose, children }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const writes = mayWrite(useUser());
  const { data } = useQuery(contactQuery(contact.id));
  const [editing, setEditing] = useState(false);
  return (
    <div className="px-5 pb-6">
      <div className="-mx-2 flex min-h-14 items-center justify-end gap-1">
        {writes && data && (
          <IconButton icon={Pencil} label={t("contacts.edit")} onClick={() => setEditing(true)} />
        )}
        <IconButton
          icon={X}
          label={t("contacts.closePanel")}
          shortcut="conversation.panel"
          onClick={onClose}
        />
      </div>
      <div className="flex flex-col items-center gap-3 text-center">
        <Avatar id={contact.id} name={contact.name} size="large" />
        <h2 dir="auto" className="max-w-full text-touch font-semibold wrap-anywhere">
          {displayName(contact, default_country)}
        </h2>
      </div>
      <ContactFacts contact={data ?? contact} />
      {children}
      <Suspense>
        <ContactRules contactId={contact.id} />
      </Suspense>
      {data && <ContactDialog open={editing} onOpenChange={setEditing} contact={data} />}
    </div>
  );
}
