import { Fragment } from "react";
import { useTranslation } from "react-i18next";

import { isMac } from "@/lib/platform";

const symbols: Record<string, string> = {
  mod: isMac ? "⌘" : "Ctrl",
  Shift: isMac ? "⇧" : "Shift",
  Enter: "↵",
  ArrowDown: "↓",
  ArrowUp: "↑",
  Escape: "Esc",
};

/** A shortcut's keys, drawn as keys. */
export function Keys({ keys }: { keys: string }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex items-center gap-1">
      {keys.split(" ").map((step, index) => (
        <Fragment key={step}>
          {index > 0 && <span className="text-meta text-ink-faint">{t("keyboard.then")}</span>}
          {step.split("+").map((key) => (
            <kbd
              key={key}
              className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-hairline bg-canvas px-1 font-sans text-meta text-ink-soft"
            >
              {symbols[key] ?? key.toUpperCase()}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
