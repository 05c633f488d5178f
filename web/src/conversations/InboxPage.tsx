import { Outlet, useParams, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useTwoPanes } from "@/lib/useMediaQuery";
import { usePreferences } from "@/settings/preferences";

import { filterOf } from "./filter";
import { ListPane } from "./ListPane";
import { PaneResizer } from "./PaneResizer";
import { useConversationKeys } from "./useConversationActions";

/** The inbox: list and thread beside each other, or one at a time where there is no room. */
export function InboxPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/app/inbox" });
  const { conversationId } = useParams({ strict: false });
  const filter = useMemo(() => filterOf(search), [search]);
  const { listWidth } = usePreferences();
  const twoPanes = useTwoPanes();
  useConversationKeys(filter, conversationId);
  return (
    <div className="flex h-full min-h-0">
      <h1 className="sr-only">{t("nav.inbox")}</h1>
      <section
        aria-label={t("conversations.region")}
        className={clsx(
          "relative min-w-0 flex-1 border-e two:flex-none",
          conversationId !== undefined && "hidden two:block",
        )}
        style={twoPanes ? { width: `min(${listWidth}px, 45vw)` } : undefined}
      >
        <ListPane filter={filter} openId={conversationId} />
        <PaneResizer />
      </section>
      <div className={clsx("min-w-0 flex-1 bg-surface", conversationId === undefined && "hidden two:block")}>
        <Outlet />
      </div>
    </div>
  );
}
