import { useNavigate } from "@tanstack/react-router";
import { SquarePen } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useShortcut } from "@/keyboard/useShortcut";
import { mayWrite, useUser } from "@/session/session";
import { IconButton } from "@/ui/IconButton";
import { SearchField } from "@/ui/SearchField";

import { ConversationList } from "./ConversationList";
import type { Filter } from "./filter";
import { NewConversationDialog } from "./NewConversationDialog";
import { StatusTabs } from "./StatusTabs";

/** The list with its search and views. */
export function ListPane({ filter, openId }: { filter: Filter; openId: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const user = useUser();
  const search = useRef<HTMLInputElement>(null);
  const [composing, setComposing] = useState(false);
  useShortcut("list.search", () => search.current?.focus());
  useShortcut("conversation.new", () => setComposing(true), mayWrite(user));
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-14 items-center gap-1 px-3 safe-top">
        <SearchField
          fieldRef={search}
          label={t("conversations.search")}
          value={filter.q}
          onSearch={(q) =>
            void navigate({ to: ".", search: (old) => ({ ...old, q: q || undefined }), replace: true })
          }
        />
        {mayWrite(user) && (
          <IconButton
            icon={SquarePen}
            label={t("conversations.new")}
            shortcut="conversation.new"
            onClick={() => setComposing(true)}
          />
        )}
      </div>
      <StatusTabs filter={filter} />
      <ConversationList key={`${filter.status} ${filter.unread}`} filter={filter} openId={openId} />
      <NewConversationDialog open={composing} onOpenChange={setComposing} />
    </div>
  );
}
