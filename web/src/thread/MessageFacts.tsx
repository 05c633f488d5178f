import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { formatMicros } from "@/lib/money";
import { formatPhone } from "@/lib/phone";
import { exactTime } from "@/lib/time";
import { useInstallation } from "@/session/session";
import { linesQuery } from "@/settings/lines";
import { type Fact, FactList } from "@/ui/FactList";

/** What is known about a message besides its text, as far as there is something to know. */
export function MessageFacts({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const { data: lines } = useQuery(linesQuery);
  const { template, purpose, scheduled, persona } = message;
  const facts: Fact[] = [
    [t("thread.facts.from"), formatPhone(message.from, default_country)],
    [t("thread.facts.to"), formatPhone(message.to, default_country)],
    [t("thread.facts.line"), lines?.find(({ id }) => id === message.line_id)?.name],
    [t("thread.facts.author"), persona ? t("thread.persona", persona) : message.author?.name],
    [t("thread.facts.why"), persona?.reason],
    [t("thread.facts.model"), persona && t("thread.tokens", { model: persona.model, count: persona.tokens })],
    [t("thread.facts.cost"), persona?.micros != null && formatMicros(persona.micros, persona.currency)],
    [t("thread.facts.template"), template && <TemplateLink template={template} />],
    [t("thread.facts.purpose"), message.direction === "outbound" && t(`templates.purposes.${purpose}`)],
    [t("thread.facts.scheduled"), scheduled && exactTime(scheduled.at)],
    [t("thread.facts.expires"), message.expires_at && exactTime(message.expires_at)],
    [t("thread.facts.segments"), message.segments?.toLocaleString()],
    [t("thread.facts.providerId"), message.provider_message_id],
  ];
  return <FactList facts={facts} className="mt-2" atEnd />;
}

function TemplateLink({ template }: { template: NonNullable<Message["template"]> }) {
  const { t } = useTranslation();
  const { id, name, version, variant } = template;
  return (
    <Link to="/templates/$templateId" params={{ templateId: id }} className="rounded-sm underline">
      {name}{" "}
      {variant ? t("thread.templateVariant", { version, variant }) : t("thread.templateVersion", { version })}
    </Link>
  );
}
