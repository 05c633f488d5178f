import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { ComplianceSettings } from "@/api/types";
import { allZones } from "@/lib/zones";
import { ReviewSection } from "@/reviews/ReviewSection";
import { mayManageTeam, useUser } from "@/session/session";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Choice";
import { ErrorState } from "@/ui/ErrorState";
import { SelectField, TextField } from "@/ui/Field";
import { FormError } from "@/ui/FormError";
import { showToast } from "@/ui/toasts";

import { complianceQuery, problemOf, useSaveCompliance } from "./compliance";
import { Section } from "@/ui/Section";
import { Hours, Regions, Switch } from "./SendingFields";

/** What was said about being written to, and the rules: when, how often, what a first message has to say. */
export function SendingPage() {
  return (
    <>
      <ReviewSection />
      <SendingRules />
    </>
  );
}

function SendingRules() {
  const { t } = useTranslation();
  const mayChange = mayManageTeam(useUser());
  const settings = useQuery({ ...complianceQuery, enabled: mayChange });
  if (!mayChange) {
    return (
      <Section title={t("settings.sending.title")} text={t("settings.sending.adminsOnly")}>
        {null}
      </Section>
    );
  }
  if (settings.isError) return <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <div role="status" aria-label={t("common.loading")} className="h-64 skeleton" />;
  return <Rules saved={settings.data} />;
}

function Rules({ saved }: { saved: ComplianceSettings }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(saved);
  const save = useSaveCompliance();
  const change = (part: Partial<ComplianceSettings>): void => setDraft((old) => ({ ...old, ...part }));
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const problem = problemOf(draft);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft, { onSuccess: () => showToast(t("settings.sending.saved")) });
      }}
    >
      <QuietHours draft={draft} change={change} />
      <Marketing draft={draft} change={change} />
      <BestTime draft={draft} change={change} />
      <FirstContact draft={draft} change={change} />
      <Late draft={draft} change={change} />
      {save.error && <FormError>{errorText(save.error, t)}</FormError>}
      <div className="sticky -bottom-6 -mb-6 flex flex-wrap items-center gap-3 border-t bg-surface pt-3 pb-6">
        <Button type="submit" look="primary" disabled={!changed || problem !== undefined || save.isPending}>
          {t("common.save")}
        </Button>
        {changed && (
          <Button look="quiet" onClick={() => setDraft(saved)}>
            {t("settings.sending.revert")}
          </Button>
        )}
        {problem && <p className="text-list text-danger">{t(`settings.sending.problems.${problem}`)}</p>}
      </div>
    </form>
  );
}

type PartProps = { draft: ComplianceSettings; change: (part: Partial<ComplianceSettings>) => void };

function QuietHours({ draft, change }: PartProps) {
  const { t } = useTranslation();
  const { quiet_hours: quiet, regions, default_time_zone: zone } = draft;
  return (
    <Section title={t("settings.sending.quiet")} text={t("settings.sending.quietText")}>
      <div className="grid gap-5 border-t pt-4">
        <Switch
          label={t("settings.sending.quietOn")}
          checked={quiet.enabled}
          onChange={(enabled) => change({ quiet_hours: { ...quiet, enabled } })}
        />
        {quiet.enabled && (
          <>
            <Hours value={quiet} onChange={(hours) => change({ quiet_hours: { ...quiet, ...hours } })} />
            <Regions regions={regions} quiet={quiet} onChange={(next) => change({ regions: next })} />
          </>
        )}
        <SelectField
          label={t("settings.sending.zone")}
          hint={t("settings.sending.zoneHint")}
          value={zone ?? ""}
          className="max-w-sm"
          options={[
            { value: "", label: t("settings.sending.noZone") },
            ...zonesWith(zone).map((name) => ({ value: name, label: name.replaceAll("_", " ") })),
          ]}
          onChange={(event) => change({ default_time_zone: event.target.value || null })}
        />
      </div>
    </Section>
  );
}

/** Also one that the server knows and this browser does not. */
const zonesWith = (zone: string | null | undefined): string[] =>
  zone && !allZones().includes(zone) ? [zone, ...allZones()] : allZones();

function Marketing({ draft, change }: PartProps) {
  const { t } = useTranslation();
  const { frequency, require_marketing_consent: required } = draft;
  const cap = (name: keyof typeof frequency) => (
    <TextField
      label={t(`settings.sending.${name}`)}
      type="number"
      min={0}
      step={1}
      placeholder={t("settings.sending.noCap")}
      value={frequency[name] ?? ""}
      className="w-40"
      onChange={(event) => change({ frequency: { ...frequency, [name]: numberIn(event.target) } })}
    />
  );
  return (
    <Section title={t("settings.sending.marketing")} text={t("settings.sending.marketingText")}>
      <div className="grid gap-5 border-t pt-4">
        <Switch
          label={t("settings.sending.consent")}
          hint={t("settings.sending.consentHint")}
          checked={required}
          onChange={(on) => change({ require_marketing_consent: on })}
        />
        <div className="flex flex-wrap gap-4">
          {cap("marketing_per_day")}
          {cap("marketing_per_week")}
        </div>
      </div>
    </Section>
  );
}

function BestTime({ draft, change }: PartProps) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.sending.bestTime")} text={t("settings.sending.bestTimeText")}>
      <Switch
        label={t("settings.sending.bestTimeOn")}
        checked={draft.best_time}
        onChange={(on) => change({ best_time: on })}
      />
    </Section>
  );
}

/** Nothing written: no limit. */
const numberIn = ({ value, valueAsNumber }: HTMLInputElement): number | null =>
  value === "" || Number.isNaN(valueAsNumber) ? null : valueAsNumber;

function FirstContact({ draft: { first_contact: first }, change }: PartProps) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.sending.first")} text={t("settings.sending.firstText")}>
      <div className="grid gap-5 border-t pt-4">
        <Switch
          label={t("settings.sending.firstOn")}
          checked={first.enabled}
          onChange={(enabled) => change({ first_contact: { ...first, enabled } })}
        />
        {first.enabled && (
          <TextField
            label={t("settings.sending.firstWords")}
            value={first.text}
            dir="auto"
            maxLength={200}
            onChange={(event) => change({ first_contact: { ...first, text: event.target.value } })}
          />
        )}
      </div>
    </Section>
  );
}

const minuteSeconds = 60;
const longestLateMinutes = 30 * 24 * 60;

function Late({ draft: { late }, change }: PartProps) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.sending.late")} text={t("settings.sending.lateText")}>
      <div className="grid gap-5 border-t pt-4">
        <TextField
          label={t("settings.sending.lateAfter")}
          type="number"
          min={1}
          max={longestLateMinutes}
          step={1}
          required
          value={Math.round(late.after_seconds / minuteSeconds)}
          className="w-40"
          onChange={(event) =>
            change({ late: { ...late, after_seconds: (event.target.valueAsNumber || 1) * minuteSeconds } })
          }
        />
        <Choice
          legend={t("settings.sending.lateThen")}
          value={late.action}
          onChange={(action) => change({ late: { ...late, action } })}
          options={[
            { value: "send", label: t("settings.sending.lateSend") },
            { value: "fail", label: t("settings.sending.lateFail") },
          ]}
        />
      </div>
    </Section>
  );
}
