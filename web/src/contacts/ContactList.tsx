import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { ContactRound } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Contact } from "@/api/types";
import { ListSkeleton } from "@/conversations/ListSkeleton";
import { displayName } from "@/lib/names";
import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";
import { Avatar } from "@/ui/Avatar";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { GrowingList } from "@/ui/GrowingList";
import { ListTime } from "@/ui/Time";

import { contactsQuery } from "./contacts";

const rowHeight = 56;

export function ContactList({ q, openId }: { q: string; openId: string | undefined }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(contactsQuery(q));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);

  if (list.isPending) return <ListSkeleton rowHeight={rowHeight} />;
  if (list.isError && rows.length === 0) {
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (rows.length === 0) {
    const view = q ? "nothingFound" : "none";
    return <EmptyState icon={ContactRound} title={t(`contacts.${view}`)} text={t(`contacts.${view}Text`)} />;
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t">
      <GrowingList
        label={t("nav.contacts")}
        rows={rows}
        list={list}
        keyOf={({ id }) => id}
        heightOf={() => rowHeight}
      >
        {(contact) => <ContactRow contact={contact} isOpen={contact.id === openId} />}
      </GrowingList>
    </div>
  );
}

function ContactRow({ contact, isOpen }: { contact: Contact; isOpen: boolean }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  return (
    <Link
      to="/contacts/$contactId"
      params={{ contactId: contact.id }}
      search={(old) => old}
      aria-current={isOpen ? "true" : undefined}
      className={clsx(
        "grid h-14 grid-cols-[auto_1fr_auto] items-center gap-3 border-b px-4 -outline-offset-2 transition-colors three:grid-cols-[auto_2fr_1fr_2fr_auto]",
        isOpen ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <Avatar id={contact.id} name={contact.name} />
      <span className="min-w-0">
        <span dir="auto" className="block truncate start-aligned font-medium">
          {displayName(contact, default_country)}
        </span>
        <span className="block truncate text-meta text-ink-soft tabular three:hidden">
          {contact.name && contact.phone ? formatPhone(contact.phone, default_country) : contact.email}
        </span>
      </span>
      <span className="hidden truncate text-list text-ink-soft tabular three:block">
        {contact.phone && formatPhone(contact.phone, default_country)}
      </span>
      <span className="hidden truncate text-list text-ink-soft three:block">{contact.email}</span>
      <span className="text-meta text-ink-faint">
        {contact.opted_out ? (
          <span className="text-warning">{t("contacts.optedOutShort")}</span>
        ) : (
          <ListTime at={contact.updated_at} />
        )}
      </span>
    </Link>
  );
}
