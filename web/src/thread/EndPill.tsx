import { ArrowDown } from "lucide-react";
import { useTranslation } from "react-i18next";

type Props = { shown: boolean; unseen: number; onClick: () => void };

/** The way back to the end of the thread; says what waits there. */
export function EndPill({ shown, unseen, onClick }: Props) {
  const { t } = useTranslation();
  if (!shown) return null;
  return (
    <button
      type="button"
      onClick={onClick}
      className="absolute inset-x-0 bottom-3 z-20 mx-auto flex min-h-8 w-fit items-center gap-2 rounded-full bg-raised px-3 text-list font-medium text-accent-text shadow-float hover:bg-hover pointer-coarse:min-h-10"
    >
      <ArrowDown aria-hidden className="size-4" />
      {unseen > 0 ? t("thread.newMessages", { count: unseen }) : t("thread.toEnd")}
    </button>
  );
}
