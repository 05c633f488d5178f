import { clsx } from "clsx";
import { Image, type LucideIcon, Mail, MessageCircleMore, MessageSquareText, Phone } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ChannelName } from "@/api/types";

const signs = {
  sms: MessageSquareText,
  mms: Image,
  whatsapp: MessageCircleMore,
  email: Mail,
  voice: Phone,
} satisfies Record<ChannelName, LucideIcon>;

type Props = { channel: ChannelName; named?: boolean; className?: string };

/** A small sign for the way a message travels; with its name for those who do not see it, unless that stands beside. */
export function ChannelSign({ channel, named = true, className }: Props) {
  const { t } = useTranslation();
  const Icon = signs[channel];
  return (
    <span
      className={clsx("inline-flex shrink-0", className)}
      title={named ? t(`channel.${channel}`) : undefined}
    >
      <Icon aria-hidden className="size-3.5" />
      {named && <span className="sr-only">{t(`channel.${channel}`)}</span>}
    </span>
  );
}
