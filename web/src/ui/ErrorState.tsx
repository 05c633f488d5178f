import { CloudAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";

import { Button } from "./Button";
import { EmptyState } from "./EmptyState";

/** Something could not be loaded: what happened, and the next step. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="h-full">
      <EmptyState icon={CloudAlert} title={t("errors.couldNotLoad")} text={errorText(error, t)}>
        <Button onClick={onRetry}>{t("common.tryAgain")}</Button>
      </EmptyState>
    </div>
  );
}
