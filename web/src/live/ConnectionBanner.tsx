import { WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useDebounced } from "@/lib/useDebounced";
import { Banner } from "@/ui/Banner";

import { useLiveStatus } from "./LiveProvider";

const patienceMs = 3000;

/** Says so when the page may be behind; short interruptions are nobody's business. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const interrupted = useLiveStatus() === "interrupted";
  const lasting = useDebounced(interrupted, patienceMs) && interrupted;
  return (
    <div role="status">
      {lasting && (
        <Banner tone="warning" icon={WifiOff}>
          {t("live.interrupted")}
        </Banner>
      )}
    </div>
  );
}
