import { clsx } from "clsx";
import { useTranslation } from "react-i18next";

import type { Phone } from "./simulator";

type Props = { phones: Phone[]; shown: number; onShow: (index: number) => void };

/** Which phone is in one's hand, where only one fits. */
export function PhoneTabs({ phones, shown, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <div role="group" aria-label={t("phone.choose")} className="flex gap-1 overflow-x-auto pb-2">
      {phones.map((phone, index) => (
        <button
          key={phone.number}
          type="button"
          aria-pressed={index === shown}
          onClick={() => onShow(index)}
          className={clsx(
            "min-h-8 shrink-0 rounded-full px-3 text-list font-medium pointer-coarse:min-h-10",
            index === shown ? "bg-selected text-ink" : "text-ink-soft hover:bg-hover",
          )}
        >
          {phone.name}
        </button>
      ))}
    </div>
  );
}
