import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { mayWrite, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { PageHeader } from "@/ui/PageHeader";
import { SearchField } from "@/ui/SearchField";

import { ContactDialog } from "./ContactDialog";
import { ContactList } from "./ContactList";

/** Everyone we know, with a search; one contact opens beside the list. */
export function ContactsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { q = "" } = useSearch({ from: "/app/contacts" });
  const { contactId } = useParams({ strict: false });
  const [creating, setCreating] = useState(false);
  return (
    <div className="flex h-full min-h-0">
      <div
        className={clsx(
          "flex min-w-0 flex-1 flex-col bg-surface",
          contactId !== undefined && "hidden two:flex",
        )}
      >
        <PageHeader title={t("nav.contacts")}>
          {mayWrite(useUser()) && (
            <Button onClick={() => setCreating(true)}>
              <UserRoundPlus aria-hidden className="size-4" />
              {t("contacts.new")}
            </Button>
          )}
        </PageHeader>
        <div className="flex max-w-lg px-4 pb-3">
          <SearchField
            label={t("contacts.search")}
            value={q}
            onSearch={(next) => void navigate({ to: ".", search: { q: next || undefined }, replace: true })}
          />
        </div>
        <ContactList q={q} openId={contactId} />
      </div>
      <Outlet />
      <ContactDialog
        open={creating}
        onOpenChange={setCreating}
        onSaved={({ id }) => void navigate({ to: "/contacts/$contactId", params: { contactId: id } })}
      />
    </div>
  );
}
