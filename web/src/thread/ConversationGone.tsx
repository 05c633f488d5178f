import { Link } from "@tanstack/react-router";
import { MessageSquareOff } from "lucide-react";
import { useTranslation } from "react-i18next";

import { buttonClass } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";

/** A link to a conversation that does not exist, or no longer does. */
export function ConversationGone() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={MessageSquareOff} title={t("thread.gone")} text={t("thread.goneText")}>
      <Link to="/inbox" className={buttonClass()}>
        {t("thread.toInbox")}
      </Link>
    </EmptyState>
  );
}
