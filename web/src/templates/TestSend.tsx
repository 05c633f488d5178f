import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, call } from "@/api/client";
import { errorText } from "@/api/errorText";
import { formatPhone } from "@/lib/phone";
import { type Phone, simulatorQuery } from "@/phone/simulator";
import { useInstallation } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { Menu } from "@/ui/Menu";
import { showToast } from "@/ui/toasts";

/**
 * Sends what the preview shows to one of the made-up customers, over a line that leads to the simulator. It goes
 * as plain text, so that tests do not count among the template's results.
 */
export function TestSend({ body }: { body: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { default_country } = useInstallation();
  const { data: simulator } = useQuery(simulatorQuery);
  const { data: lines = [] } = useQuery(linesQuery);
  const line = lines.find(({ simulated }) => simulated);
  const send = useMutation({
    mutationFn: ({ number, lineId }: { number: string; lineId: string }) =>
      call(
        api.POST("/api/messages", {
          params: { header: { "Idempotency-Key": crypto.randomUUID() } },
          body: { to: number, line_id: lineId, body, purpose: "transactional" },
        }),
      ),
  });
  if (!simulator || !line || simulator.phones.length === 0) return null;
  const choose = (phone: Phone | undefined): void => {
    if (!phone) return;
    send.mutate(
      { number: phone.number, lineId: line.id },
      {
        onSuccess: () =>
          showToast(t("templates.testSent", { name: phone.name }), {
            label: t("templates.openPhone"),
            run: () => void navigate({ to: "/phone" }),
          }),
        onError: (error) => showToast(errorText(error, t)),
      },
    );
  };
  return (
    <Menu
      label={t("templates.testTo")}
      align="start"
      trigger={(props) => (
        <button
          type="button"
          disabled={send.isPending}
          className="inline-flex min-h-7 items-center gap-1 rounded-sm font-medium text-accent-text hover:underline pointer-coarse:min-h-10"
          {...props}
        >
          <Smartphone aria-hidden className="size-3.5" />
          {t("templates.test")}
        </button>
      )}
      choice={{
        value: "",
        options: simulator.phones.map(({ number, name }) => ({
          value: number,
          label: name,
          detail: formatPhone(number, default_country),
        })),
        onChange: (number) => choose(simulator.phones.find((phone) => phone.number === number)),
      }}
    />
  );
}
