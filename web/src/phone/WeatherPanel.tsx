import { clsx } from "clsx";
import { Cloud, CloudLightning, CloudSun, type LucideIcon, Sun, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { SelectField } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { showToast } from "@/ui/toasts";

import { RateSlider, SpanSlider } from "./WeatherSliders";
import { type Faults, useNextFault, useSetFaults } from "./simulator";
import { oneShots, type PresetName, presetNames, presetOf, presets, rateGroups } from "./weather";

const icons: Record<PresetName, LucideIcon> = {
  clear: Sun,
  slow: CloudSun,
  rough: Cloud,
  storm: CloudLightning,
};

const outcomes = ["delivered", "undelivered", "failed"] as const;

/** How badly the simulated carrier behaves, in words one understands without knowing its protocol. */
export function WeatherPanel({ faults, onClose }: { faults: Faults; onClose: () => void }) {
  const { t } = useTranslation();
  const setFaults = useSetFaults();
  const set = (change: Partial<Faults>): void =>
    setFaults.mutate({ ...faults, ...change }, { onError: (error) => showToast(errorText(error, t)) });
  return (
    <>
      <header className="flex min-h-14 shrink-0 items-center border-b px-5">
        <h2 className="flex-1 text-touch font-semibold">{t("phone.weather")}</h2>
        <IconButton icon={X} label={t("common.close")} onClick={onClose} className="-me-2" />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
        <p className="mb-4 text-list text-ink-soft">{t("phone.weatherText")}</p>
        <Presets current={presetOf(faults)} onChoose={(name) => set(presets[name])} />
        <NextMessage />
        {rateGroups.map(({ name, rates, span }) => (
          <section key={name} className="mt-6 border-t pt-4">
            <h3 className="mb-3 text-list font-semibold">{t(`phone.groups.${name}`)}</h3>
            <div className="grid gap-4">
              {span && (
                <SpanSlider
                  label={t(`phone.faults.${span}`)}
                  value={faults[span]}
                  onChange={(value) => set({ [span]: value })}
                />
              )}
              {rates.map((rate) => (
                <RateSlider
                  key={rate}
                  label={t(`phone.faults.${rate}`)}
                  hint={t(`phone.hints.${rate}`)}
                  value={faults[rate]}
                  onChange={(value) => set({ [rate]: value })}
                />
              ))}
              {name === "receipts" && (
                <SelectField
                  label={t("phone.outcome")}
                  value={faults.outcome}
                  options={outcomes.map((value) => ({ value, label: t(`messageState.${value}`) }))}
                  onChange={(event) => set({ outcome: event.target.value as Faults["outcome"] })}
                />
              )}
            </div>
          </section>
        ))}
      </div>
    </>
  );
}

function Presets({
  current,
  onChoose,
}: {
  current: PresetName | undefined;
  onChoose: (name: PresetName) => void;
}) {
  const { t } = useTranslation();
  return (
    <div role="group" aria-label={t("phone.presetsLabel")} className="grid grid-cols-2 gap-2">
      {presetNames.map((name) => {
        const Icon = icons[name];
        return (
          <button
            key={name}
            type="button"
            aria-pressed={current === name}
            onClick={() => onChoose(name)}
            className={clsx(
              "flex flex-col gap-1 rounded-md border p-3 text-start transition-colors",
              current === name ? "border-accent bg-accent-soft" : "hover:bg-hover",
            )}
          >
            <span className="flex items-center gap-2 text-list font-semibold">
              <Icon aria-hidden className="size-4" />
              {t(`phone.presets.${name}`)}
            </span>
            <span className="text-meta text-ink-soft">{t(`phone.presetTexts.${name}`)}</span>
          </button>
        );
      })}
    </div>
  );
}

/** One fault, for the next message only: the way to watch what happens to it. */
function NextMessage() {
  const { t } = useTranslation();
  const next = useNextFault();
  return (
    <section className="mt-6 border-t pt-4">
      <h3 className="text-list font-semibold">{t("phone.nextTitle")}</h3>
      <p className="mb-3 text-meta text-ink-soft">{t("phone.nextText")}</p>
      <div className="flex flex-wrap gap-2">
        {oneShots.map((fault) => (
          <Button
            key={fault}
            onClick={() =>
              next.mutate(fault, {
                onSuccess: () => showToast(t("phone.nextSet", { fault: t(`phone.next.${fault}`) })),
                onError: (error) => showToast(errorText(error, t)),
              })
            }
          >
            {t(`phone.next.${fault}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}
