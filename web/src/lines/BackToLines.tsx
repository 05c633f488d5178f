import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";

export function BackToLines() {
  const { t } = useTranslation();
  return (
    <Link
      to="/settings/lines"
      className="mb-4 inline-flex min-h-8 items-center gap-1.5 rounded-sm text-list text-ink-soft hover:text-ink pointer-coarse:min-h-10"
    >
      <ArrowLeft aria-hidden className="size-4" />
      {t("lines.back")}
    </Link>
  );
}
