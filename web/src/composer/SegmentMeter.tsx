import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import { longestText, textLength } from "./readiness";
import type { SegmentCount } from "./segments";

/** Shows room left once it matters: close to the next segment, or close to the end. */
export function SegmentMeter({ text, count }: { text: string; count: SegmentCount }) {
  const { t } = useTranslation();
  if (!text.trim()) return null;
  const length = textLength(text.trim());
  const over = length - longestText;
  const label =
    over > 0
      ? t("composer.over", { count: over })
      : t("composer.left", { count: count.unitsLeft, encoding: t(`composer.encoding.${count.encoding}`) });
  return (
    <span
      title={t("composer.meterHint", {
        characters: length,
        segments: count.segments,
        encoding: count.encoding,
      })}
      className={clsx("text-meta tabular", over > 0 ? "text-danger" : "text-ink-faint")}
    >
      {label}
    </span>
  );
}
