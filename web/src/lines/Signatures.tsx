import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, call } from "@/api/client";
import type { LineSettings } from "@/api/types";
import { watchMs } from "@/settings/lines";
import { Section } from "@/ui/Section";
import { RelativeTime } from "@/ui/Time";

/** Why signatures of webhooks did not hold, and what to change. Nothing is shown while all is well. */
export function Signatures({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["line-signatures", line.id],
    queryFn: () => call(api.GET("/api/line-settings/{id}/signatures", { params: { path: { id: line.id } } })),
    refetchInterval: watchMs,
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={t("lines.signatures.title")} text={t(`lines.signatures.${line.signature}`)}>
      <ul className="grid gap-4 border-t pt-4 text-list">
        {data.items.map(({ reason, told, fix, count, last_at }) => (
          <li key={reason} className="user-text min-w-0">
            <p>{told}</p>
            <p className="mt-0.5 text-ink-soft">{fix}</p>
            <p className="mt-0.5 text-meta text-ink-soft">
              {t("lines.signatures.count", { count })} <RelativeTime at={last_at} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
