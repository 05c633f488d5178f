import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Review } from "@/api/types";
import { Button } from "@/ui/Button";
import { showToast } from "@/ui/toasts";

import { useDecide } from "./reviews";

/** They meant it, or they did not. */
export function DecisionButtons({ review }: { review: Review }) {
  const { t } = useTranslation();
  const decide = useDecide();
  const run = (action: "opt_out" | "ignore"): void =>
    // A promise instead of callbacks: the buttons leave with what they decided on.
    void decide.mutateAsync({ review, action }).then(
      () => showToast(t(action === "opt_out" ? "reviews.optedOut" : "reviews.ignored")),
      (error: unknown) => showToast(errorText(error, t)),
    );
  return (
    <div className="flex flex-wrap gap-2">
      <Button look="danger" disabled={decide.isPending} onClick={() => run("opt_out")}>
        {t("reviews.optOut")}
      </Button>
      <Button disabled={decide.isPending} onClick={() => run("ignore")}>
        {t("reviews.ignore")}
      </Button>
    </div>
  );
}
