import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import {
  ArrowLeft,
  CircleCheck,
  Ellipsis,
  Link2,
  MailOpen,
  PanelRight,
  RotateCcw,
  UserRound,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Conversation } from "@/api/types";
import { filterOf } from "@/conversations/filter";
import { useConversationActions } from "@/conversations/useConversationActions";
import { displayName } from "@/lib/names";
import { formatPhone } from "@/lib/phone";
import { mayWrite, useInstallation, useUser } from "@/session/session";
import { Avatar } from "@/ui/Avatar";
import { buttonClass } from "@/ui/Button";
import { hint } from "@/ui/hint";
import { IconButton, iconButtonClass } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { useCopyLink } from "@/ui/useCopyLink";

type Props = { conversation: Conversation; panelOpen: boolean; onTogglePanel: () => void };

/** Who this is, and what can be done with the conversation. */
export function ThreadHeader({ conversation, panelOpen, onTogglePanel }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const { contact } = conversation;
  const name = displayName(contact, default_country);
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-3 border-b px-3 safe-top two:px-4">
      <Link
        to="/inbox"
        search={(old) => old}
        aria-label={t("thread.back")}
        className={iconButtonClass("-ms-1 two:hidden")}
      >
        <ArrowLeft aria-hidden className="size-5" />
      </Link>
      <button
        type="button"
        onClick={onTogglePanel}
        className="-mx-1 flex min-w-0 flex-1 items-center gap-3 rounded-md p-1 text-start"
      >
        <Avatar id={contact.id} name={contact.name} />
        <span className="sr-only">{t("thread.about")}</span>
        <span className="min-w-0">
          <span dir="auto" className="block truncate start-aligned font-semibold">
            {name}
          </span>
          {contact.name && (contact.phone ?? contact.email) && (
            <span className="block truncate text-meta text-ink-soft tabular">
              {contact.phone ? formatPhone(contact.phone, default_country) : contact.email}
            </span>
          )}
        </span>
      </button>
      <Actions conversation={conversation} />
      <IconButton
        icon={PanelRight}
        label={t("contacts.panel")}
        shortcut="conversation.panel"
        aria-pressed={panelOpen}
        onClick={onTogglePanel}
        className="max-two:hidden"
      />
    </header>
  );
}

function Actions({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filter = filterOf(useSearch({ from: "/app/inbox" }));
  const { toggleResolved, leaveUnread } = useConversationActions(filter, conversation.id);
  const copy = useCopyLink();
  if (!mayWrite(useUser())) return null;
  const resolved = conversation.status === "resolved";
  const label = t(resolved ? "thread.reopen" : "thread.resolve");
  const openContact = (): void =>
    void navigate({ to: "/contacts/$contactId", params: { contactId: conversation.contact.id } });
  const copyLink = (): void => copy(`${window.location.origin}/inbox/${conversation.id}`);
  return (
    <>
      <button
        type="button"
        aria-label={label}
        {...hint(label, "conversation.resolve")}
        onClick={() => toggleResolved(conversation)}
        className={buttonClass("plain", "px-2 max-two:border-transparent max-two:bg-transparent three:px-3")}
      >
        {resolved ? (
          <RotateCcw aria-hidden className="size-4" />
        ) : (
          <CircleCheck aria-hidden className="size-4 text-success" />
        )}
        <span className="hidden three:inline">{label}</span>
      </button>
      <Menu
        label={t("thread.more")}
        trigger={(props) => (
          <button type="button" aria-label={t("thread.more")} className={iconButtonClass()} {...props}>
            <Ellipsis aria-hidden className="size-4" />
          </button>
        )}
        actions={[
          {
            icon: MailOpen,
            label: t("thread.markUnread"),
            shortcut: "conversation.unread",
            onSelect: () => leaveUnread(conversation),
          },
          { icon: UserRound, label: t("thread.openContact"), onSelect: openContact },
          { icon: Link2, label: t("thread.copyLink"), onSelect: copyLink },
        ]}
      />
    </>
  );
}
