import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { CircleAlert, Settings2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { LineSettings } from "@/api/types";
import { channelName } from "@/lib/channels";
import { formatPhone } from "@/lib/phone";
import { mayManageTeam, useInstallation, useUser } from "@/session/session";
import { LineHealth } from "@/settings/LineHealth";
import { linesQuery, watchMs } from "@/settings/lines";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { FormError } from "@/ui/FormError";
import { Section } from "@/ui/Section";

import { BackToLines } from "./BackToLines";
import { Credentials } from "./Credentials";
import { Findings } from "./Findings";
import { LineForm } from "./LineForm";
import { lineSettingsQuery, useCheckLine } from "./lineSettings";
import { RemoveLine, Removed } from "./RemoveLine";
import { Signatures } from "./Signatures";
import { TestText } from "./TestText";
import { Webhooks } from "./Webhooks";

/** One line: how it is, what it may do, and all that can be done with it. */
export function LinePage() {
  const { t } = useTranslation();
  const { lineId } = useParams({ from: "/app/settings/lines/$lineId" });
  const admin = mayManageTeam(useUser());
  const settings = useQuery({ ...lineSettingsQuery, enabled: admin });
  if (!admin) return <FormError>{t("lines.adminsOnly")}</FormError>;
  if (settings.isError) return <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <div role="status" aria-label={t("common.loading")} className="h-64 skeleton" />;
  const line = settings.data.items.find(({ id }) => id === lineId);
  return (
    <>
      <BackToLines />
      {line ? <Known key={line.id} line={line} /> : <p className="text-list">{t("lines.gone")}</p>}
    </>
  );
}

function Known({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const ready = line.state === "ready";
  return (
    <>
      <header className="mb-6">
        <h2 className="user-text text-title font-semibold">{line.name}</h2>
        <p className="text-list text-ink-soft tabular">
          {formatPhone(line.address, default_country)} · {channelName(t, line.channel)} ·{" "}
          {t(line.simulated ? "lines.simulated" : "lines.provider", { provider: line.provider })} ·{" "}
          <code>{line.slug}</code>
        </p>
      </header>
      {line.state === "locked" && (
        <Banner tone="danger" icon={CircleAlert} className="mb-6 rounded-md">
          {t("lines.locked", { problem: line.problem })}
        </Banner>
      )}
      {line.state === "removed" && <Removed line={line} />}
      {!line.made && (
        <Banner tone="note" icon={Settings2} className="mb-6 rounded-md">
          {t("lines.configured")}
        </Banner>
      )}
      {ready && (
        <>
          <Health line={line} />
          <Check line={line} />
          <Section title={t("lines.webhooks.title")} text={t("lines.webhooks.text")}>
            <Webhooks lineId={line.id} />
          </Section>
          <Signatures line={line} />
          <Section title={t("lines.test.title")} text={t("lines.test.text", { line: line.name })}>
            <TestText line={line} />
          </Section>
        </>
      )}
      {line.made && line.state !== "removed" && (
        <>
          {ready && <LineForm key={line.revision} line={line} />}
          <Credentials line={line} />
          <RemoveLine line={line} />
        </>
      )}
    </>
  );
}

function Health({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const { data: lines = [] } = useQuery({ ...linesQuery, refetchInterval: watchMs });
  const known = lines.find(({ id }) => id === line.id);
  return (
    <Section title={t("lines.health")}>
      <div className="border-t pt-4">
        <div className="-ms-8">{known && <LineHealth line={known} lines={lines} />}</div>
      </div>
    </Section>
  );
}

function Check({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const check = useCheckLine();
  return (
    <Section
      title={t("lines.check.title")}
      text={t("lines.check.text")}
      action={
        <Button disabled={check.isPending} onClick={() => check.mutate(line.id)}>
          {t(check.isPending ? "lines.check.asking" : "lines.check.now", { provider: line.provider })}
        </Button>
      }
    >
      {check.error && <FormError>{errorText(check.error, t)}</FormError>}
      {check.data && <Findings check={check.data} />}
    </Section>
  );
}
