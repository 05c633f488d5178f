import { useTranslation } from "react-i18next";

import type { PersonaUse } from "@/api/types";
import { formatMicros } from "@/lib/money";

/** What was used up within a day: answers, tokens, money. */
export function UseLine({ used, currency }: { used: PersonaUse; currency: string }) {
  const { t } = useTranslation();
  if (used.answers === 0 && used.tokens === 0) return null;
  const parts = [
    t("personas.answers", { count: used.answers }),
    t("personas.tokens", { count: used.tokens }),
    used.micros > 0 && formatMicros(used.micros, currency),
  ];
  return (
    <p className="mt-1 text-meta text-ink-soft tabular">
      {t("personas.today")} {parts.filter(Boolean).join(" · ")}
    </p>
  );
}
