import { useQuery } from "@tanstack/react-query";
import { CloudSun, PhoneOff, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { useTwoPanes } from "@/lib/useMediaQuery";
import { linesQuery } from "@/settings/lines";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHeader } from "@/ui/PageHeader";
import { Sheet } from "@/ui/Sheet";
import { showToast } from "@/ui/toasts";

import { PhoneFrame } from "./PhoneFrame";
import { PhoneTabs } from "./PhoneTabs";
import { type SimulatorState, simulatorQuery, useAddPhone } from "./simulator";
import { useSimulatorStream } from "./useSimulatorStream";
import { WeatherPanel } from "./WeatherPanel";

/** The customers' side of the rehearsal: phones one can text from, and a carrier that can be made to fail. */
export function PhonePage() {
  const { t } = useTranslation();
  const state = useQuery(simulatorQuery);
  const [weatherOpen, setWeatherOpen] = useState(false);
  useSimulatorStream();
  const beside = useTwoPanes();
  const weather = state.data && (
    <WeatherPanel faults={state.data.faults} onClose={() => setWeatherOpen(false)} />
  );
  return (
    <div className="flex h-full min-h-0">
      <div className="flex min-w-0 flex-1 flex-col">
        <PageHeader title={t("phone.title")}>
          <Button
            onClick={() => setWeatherOpen((open) => !open)}
            aria-expanded={weatherOpen}
            disabled={!state.data}
          >
            <CloudSun aria-hidden className="size-4" />
            {t("phone.weather")}
          </Button>
          <AddPhone />
        </PageHeader>
        <p className="px-4 pb-3 text-list text-ink-soft">{t("phone.text")}</p>
        {state.error && <ErrorState error={state.error} onRetry={() => void state.refetch()} />}
        {state.data && <Phones state={state.data} />}
      </div>
      {beside && weatherOpen && (
        <aside aria-label={t("phone.weather")} className="flex w-88 shrink-0 flex-col border-s bg-surface">
          {weather}
        </aside>
      )}
      {!beside && (
        <Sheet open={weatherOpen} onOpenChange={setWeatherOpen} title={t("phone.weather")}>
          {weather}
        </Sheet>
      )}
    </div>
  );
}

function Phones({ state }: { state: SimulatorState }) {
  const { t } = useTranslation();
  const { data: lines = [] } = useQuery(linesQuery);
  // Numbers that no line has yet would answer nobody.
  const answered = state.numbers.filter(({ number }) =>
    lines.some(({ address }) => number === address || number === `whatsapp:${address}`),
  );
  const numbers = answered.length > 0 ? answered : state.numbers.slice(0, 1);
  const mailboxes = state.mailboxes.filter(({ address }) => lines.some((line) => line.address === address));
  const sideBySide = useTwoPanes();
  const [shown, setShown] = useState(0);
  const phone = state.phones[Math.min(shown, state.phones.length - 1)];
  if (!phone || state.numbers.length === 0) {
    return <EmptyState icon={PhoneOff} title={t("phone.none")} text={t("phone.noneText")} />;
  }
  if (sideBySide) {
    return (
      <ul className="flex min-h-0 flex-1 gap-5 overflow-x-auto px-4 pb-5">
        {state.phones.map((each) => (
          <li key={each.number} className="h-full w-76 shrink-0">
            <PhoneFrame phone={each} numbers={numbers} mailboxes={mailboxes} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col px-3 pb-3">
      <PhoneTabs phones={state.phones} shown={shown} onShow={setShown} />
      <div className="min-h-0 flex-1">
        <PhoneFrame key={phone.number} phone={phone} numbers={numbers} mailboxes={mailboxes} />
      </div>
    </div>
  );
}

/** Another customer, with a name that says they are made up. */
function AddPhone() {
  const { t } = useTranslation();
  const { data } = useQuery(simulatorQuery);
  const add = useAddPhone();
  const number = (data?.phones.length ?? 0) + 1;
  return (
    <Button
      disabled={!data || add.isPending}
      onClick={() =>
        add.mutate(
          { name: t("phone.newName", { number }) },
          { onError: (error) => showToast(errorText(error, t)) },
        )
      }
    >
      <Plus aria-hidden className="size-4" />
      <span className="sr-only two:not-sr-only">{t("phone.add")}</span>
    </Button>
  );
}
