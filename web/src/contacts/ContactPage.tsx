import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, MessageSquareText, Pencil, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { useStartConversation } from "@/conversations/conversations";
import { displayName } from "@/lib/names";
import { mayWrite, useInstallation, useUser } from "@/session/session";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { iconButtonClass } from "@/ui/IconButton";
import { showToast } from "@/ui/toasts";

import { ContactDialog } from "./ContactDialog";
import { ContactFacts } from "./ContactFacts";
import { ContactRules } from "./ContactRules";
import { contactQuery } from "./contacts";

/** One contact, beside the list. */
export function ContactPage() {
  const { t } = useTranslation();
  const { contactId } = useParams({ from: "/app/contacts/$contactId" });
  const { default_country } = useInstallation();
  const writes = mayWrite(useUser());
  const contact = useQuery(contactQuery(contactId));
  const [editing, setEditing] = useState(false);
  const write = useOpenConversation();
  const { data } = contact;
  return (
    <aside
      aria-label={t("contacts.panel")}
      className="w-full min-w-0 shrink-0 overflow-y-auto bg-canvas px-5 pb-6 two:w-88 two:border-s"
    >
      <div className="-mx-2 flex min-h-14 items-center safe-top">
        <Link
          to="/contacts"
          search={(old) => old}
          aria-label={t("contacts.back")}
          className={iconButtonClass()}
        >
          <ArrowLeft aria-hidden className="size-5 two:hidden" />
          <X aria-hidden className="hidden size-4 two:block" />
        </Link>
      </div>
      {contact.error && <ErrorState error={contact.error} onRetry={() => void contact.refetch()} />}
      {data && (
        <>
          <div className="flex flex-col items-center gap-3 text-center">
            <Avatar id={data.id} name={data.name} size="large" />
            <h2 dir="auto" className="max-w-full text-touch font-semibold wrap-anywhere">
              {displayName(data, default_country)}
            </h2>
            {writes && (
              <div className="flex flex-wrap justify-center gap-2">
                <Button look="primary" disabled={!data.phone} onClick={() => write(data.id)}>
                  <MessageSquareText aria-hidden className="size-4" />
                  {t("contacts.write")}
                </Button>
                <Button onClick={() => setEditing(true)}>
                  <Pencil aria-hidden className="size-4" />
                  {t("contacts.edit")}
                </Button>
              </div>
            )}
          </div>
          <ContactFacts contact={data} />
          <ContactRules contactId={data.id} />
          <ContactDialog key={data.updated_at} open={editing} onOpenChange={setEditing} contact={data} />
        </>
      )}
    </aside>
  );
}

function useOpenConversation(): (contactId: string) => void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const start = useStartConversation();
  return (contactId) =>
    start.mutate(
      { contact_id: contactId },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: "/inbox/$conversationId", params: { conversationId: id } }),
        onError: (error) => showToast(errorText(error, t)),
      },
    );
}
