import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { LineProvider, LineSettings, SimulatedNumber } from "@/api/types";
import { mayManageTeam, useUser } from "@/session/session";
import { Button, buttonClass } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { FormError } from "@/ui/FormError";
import { Section } from "@/ui/Section";

import { AccountStep } from "./AccountStep";
import { BackToLines } from "./BackToLines";
import { lineSettingsQuery, providersQuery } from "./lineSettings";
import { ProviderStep } from "./ProviderStep";
import { Steps } from "./Steps";
import { TestText } from "./TestText";
import { Webhooks } from "./Webhooks";

const steps = ["provider", "account", "webhooks", "test"] as const;
export type Step = (typeof steps)[number];

/** A line step by step: whose it is, how to sign in there, what the provider has to call, and a first text. */
export function AddLinePage() {
  const { t } = useTranslation();
  const providers = useQuery(providersQuery);
  const settings = useQuery(lineSettingsQuery);
  const admin = mayManageTeam(useUser());
  if (!admin) return <FormError>{t("lines.adminsOnly")}</FormError>;
  const failed = providers.isError ? providers : settings.isError ? settings : undefined;
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!providers.data || !settings.data) {
    return <div role="status" aria-label={t("common.loading")} className="h-64 skeleton" />;
  }
  return (
    <>
      <BackToLines />
      {settings.data.cannot_make ? (
        <FormError>{settings.data.cannot_make}</FormError>
      ) : (
        <Wizard providers={providers.data} simulated={settings.data.simulated} />
      )}
    </>
  );
}

type WizardProps = { providers: LineProvider[]; simulated: SimulatedNumber[] };

function Wizard({ providers, simulated }: WizardProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>("provider");
  const [provider, setProvider] = useState<LineProvider>();
  const [number, setNumber] = useState<SimulatedNumber>();
  const [line, setLine] = useState<LineSettings>();
  const heading = useFocusOnStep(step);
  const choose = (chosen: LineProvider, simulatedNumber?: SimulatedNumber): void => {
    setProvider(chosen);
    setNumber(simulatedNumber);
    setStep("account");
  };
  return (
    <>
      <Steps steps={steps} now={step} />
      <div ref={heading} tabIndex={-1} className="outline-none">
        {step === "provider" && (
          <Section title={t("lines.add.provider.title")} text={t("lines.add.provider.text")}>
            <ProviderStep providers={providers} simulated={simulated} onChoose={choose} />
          </Section>
        )}
        {step === "account" && provider && (
          <Section
            title={t("lines.add.account.title", { provider: provider.label })}
            text={t("lines.add.account.text")}
          >
            <AccountStep
              provider={provider}
              number={number}
              onBack={() => setStep("provider")}
              onMade={(made) => {
                setLine(made);
                setStep("webhooks");
              }}
            />
          </Section>
        )}
        {step === "webhooks" && line && (
          <Section title={t("lines.webhooks.title")} text={t("lines.webhooks.text")}>
            <Webhooks lineId={line.id} />
            <div className="mt-6">
              <Button onClick={() => setStep("test")}>{t("lines.add.continue")}</Button>
            </div>
          </Section>
        )}
        {step === "test" && line && (
          <Section title={t("lines.test.title")} text={t("lines.test.text", { line: line.name })}>
            <TestText line={line} />
            <div className="mt-6">
              <Link to="/settings/lines/$lineId" params={{ lineId: line.id }} className={buttonClass()}>
                {t("lines.add.done")}
              </Link>
            </div>
          </Section>
        )}
      </div>
    </>
  );
}

/** Whoever uses a keyboard or a screen reader goes along with the step. */
function useFocusOnStep(step: Step) {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current !== step) place.current?.focus();
    before.current = step;
  }, [step]);
  return place;
}
