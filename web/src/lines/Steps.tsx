import { clsx } from "clsx";
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Step } from "./AddLinePage";

type Props = { steps: readonly Step[]; now: Step };

/** How far one has come. */
export function Steps({ steps, now }: Props) {
  const { t } = useTranslation();
  const at = steps.indexOf(now);
  return (
    <ol aria-label={t("lines.add.steps")} className="mb-6 flex flex-wrap gap-x-5 gap-y-2 text-list">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={step === now ? "step" : undefined}
          className={clsx("flex items-center gap-2", step === now ? "font-medium" : "text-ink-soft")}
        >
          <span
            aria-hidden
            className={clsx(
              "flex size-5 items-center justify-center rounded-full text-meta tabular",
              step === now ? "bg-accent text-on-accent" : "border border-hairline",
            )}
          >
            {index < at ? <Check className="size-3" /> : index + 1}
          </span>
          {/* On a phone there is room for the word of one. */}
          <span className={clsx(step !== now && "sr-only two:not-sr-only")}>
            {t(`lines.add.step.${step}`)}
          </span>
        </li>
      ))}
    </ol>
  );
}
