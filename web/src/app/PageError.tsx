import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";

import { buttonClass } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";

/** A page that broke. Loading it again is the one thing that helps in most cases. */
export function PageError({ error }: ErrorComponentProps) {
  return (
    <main id="main" className="h-full">
      <ErrorState error={error} onRetry={() => window.location.reload()} />
    </main>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main id="main" className="h-full">
      <EmptyState icon={Compass} title={t("errors.noPage")} text={t("errors.noPageText")}>
        <Link to="/inbox" className={buttonClass()}>
          {t("thread.toInbox")}
        </Link>
      </EmptyState>
    </main>
  );
}
