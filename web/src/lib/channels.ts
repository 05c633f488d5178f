/** The ways to reach people, as they are called. */
import type { TFunction } from "i18next";

const channels = ["sms", "mms", "whatsapp", "email", "voice"] as const;

/** What a channel is called; one of another release by its own name. */
export function channelName(t: TFunction, channel: string): string {
  const known = channels.find((each) => each === channel);
  return known ? t(`channel.${known}`) : channel;
}
