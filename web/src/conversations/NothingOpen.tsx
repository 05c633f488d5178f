import { MessageSquareText } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Keys } from "@/keyboard/Keys";
import { EmptyState } from "@/ui/EmptyState";

/** The thread pane before a conversation is chosen. */
export function NothingOpen() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={MessageSquareText} title={t("conversations.nothingOpen")}>
      <ul className="flex flex-wrap items-center justify-center gap-x-5 gap-y-2 text-list text-ink-soft">
        <li className="flex items-center gap-2">
          <Keys keys="j" /> <Keys keys="k" /> {t("conversations.hintMove")}
        </li>
        <li className="flex items-center gap-2">
          <Keys keys="Enter" /> {t("conversations.hintOpen")}
        </li>
        <li className="flex items-center gap-2">
          <Keys keys="?" /> {t("conversations.hintHelp")}
        </li>
      </ul>
    </EmptyState>
  );
}
