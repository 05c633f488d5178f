import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { LineProvider, SimulatedNumber } from "@/api/types";
import { channelName } from "@/lib/channels";
import { formatPhone } from "@/lib/phone";
import { useInstallation } from "@/session/session";

type Props = {
  providers: LineProvider[];
  simulated: SimulatedNumber[];
  onChoose: (provider: LineProvider, number?: SimulatedNumber) => void;
};

/** Whose line it is to be; or a number of the built-in simulator, to see how it goes. */
export function ProviderStep({ providers, simulated, onChoose }: Props) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const offers = simulated.flatMap((number) => {
    const provider = providers.find(({ name }) => name === number.provider);
    return provider ? [{ number, provider }] : [];
  });
  return (
    <>
      <ul className="border-t">
        {providers.map((provider) => (
          <Row
            key={provider.name}
            name={provider.label}
            detail={new Intl.ListFormat().format(provider.channels.map((channel) => channelName(t, channel)))}
            onChoose={() => onChoose(provider)}
          />
        ))}
      </ul>
      {offers.length > 0 && (
        <>
          <h3 className="mt-8 text-list font-medium">{t("lines.add.provider.simulator")}</h3>
          <p className="mt-0.5 mb-3 text-list text-ink-soft">{t("lines.add.provider.simulatorText")}</p>
          <ul className="border-t">
            {offers.map(({ number, provider }) => (
              <Row
                key={number.address}
                name={number.name}
                detail={`${formatPhone(number.address, default_country)} · ${provider.label}`}
                onChoose={() => onChoose(provider, number)}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Row({ name, detail, onChoose }: { name: string; detail: ReactNode; onChoose: () => void }) {
  return (
    <li className="border-b">
      <button
        type="button"
        onClick={onChoose}
        className="flex min-h-14 w-full items-center gap-4 rounded-md px-2 text-start hover:bg-hover"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{name}</span>
          <span className="block text-list text-ink-soft tabular">{detail}</span>
        </span>
        <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-faint" />
      </button>
    </li>
  );
}
