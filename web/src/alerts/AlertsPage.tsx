import { useQuery } from "@tanstack/react-query";
import { BellRing, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { AlertList } from "@/api/types";
import { ListSkeleton } from "@/conversations/ListSkeleton";
import { mayManageTeam, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { Section } from "@/ui/Section";
import { showToast } from "@/ui/toasts";

import { AlertItem } from "./AlertItem";
import { alertsQuery, useTestAlert } from "./alerts";
import { Notices } from "./Notices";

/** What is wrong now and what to do about it, what was wrong before, and who is told. */
export function AlertsPage() {
  const { t } = useTranslation();
  const list = useQuery(alertsQuery);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="max-w-4xl px-4 pt-2 pb-6">
        {list.isPending && <ListSkeleton rowHeight={72} />}
        {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && (
          <>
            <Section title={t("alerts.open")}>
              {list.data.open.length === 0 ? (
                <p className="flex items-center gap-3 border-t py-3 text-list">
                  <CircleCheck aria-hidden className="size-5 shrink-0 text-success" />
                  {t("alerts.none")}
                </p>
              ) : (
                <ul aria-label={t("alerts.open")} className="border-t">
                  {list.data.open.map((alert) => (
                    <AlertItem key={alert.id} alert={alert} />
                  ))}
                </ul>
              )}
            </Section>
            <Told list={list.data} />
            {list.data.past.length > 0 && (
              <Section title={t("alerts.past")}>
                <ul aria-label={t("alerts.past")} className="border-t">
                  {list.data.past.map((alert) => (
                    <AlertItem key={alert.id} alert={alert} />
                  ))}
                </ul>
              </Section>
            )}
          </>
        )}
      </div>
    </div>
  );
}

type Target = "webhook" | "slack" | "discord" | "email";

/** Who hears of alerts, and a way to see whether they do. */
function Told({ list }: { list: AlertList }) {
  const { t } = useTranslation();
  const admin = mayManageTeam(useUser());
  const test = useTestAlert();
  const run = (): void =>
    void test.mutateAsync().then(
      ({ targets }) => showToast(t("alerts.testSent", { count: targets.length })),
      (error: unknown) => showToast(errorText(error, t)),
    );
  const nobody = list.targets.length === 0;
  return (
    <Section
      title={t("alerts.told")}
      text={
        nobody
          ? t("alerts.nobody")
          : t("alerts.toldBy", {
              names: list.targets.map((target) => t(`alerts.targets.${target as Target}`)).join(", "),
            })
      }
      action={
        admin && (
          <Button disabled={nobody || test.isPending} onClick={run}>
            <BellRing aria-hidden className="size-4" />
            {t("alerts.test")}
          </Button>
        )
      }
    >
      <Notices notices={list.tests} />
    </Section>
  );
}
