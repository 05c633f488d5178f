import { useTranslation } from "react-i18next";

import { exactTime } from "@/lib/time";
import { Button } from "@/ui/Button";

type Props = { lookedBackTo: string; found: boolean; busy: boolean; onMore: () => void };

/** A search looks at a stretch of the past at a time: how far it got, and the way further back. */
export function EndOfLook({ lookedBackTo, found, busy, onMore }: Props) {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-center gap-3 border-t px-4 py-3 text-list text-ink-soft"
    >
      <p>
        {t(found ? "webhooks.lookedBack" : "webhooks.lookedBackInVain", { time: exactTime(lookedBackTo) })}
      </p>
      <Button disabled={busy} onClick={onMore}>
        {t("webhooks.lookFurther")}
      </Button>
    </div>
  );
}
