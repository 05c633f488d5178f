import { CalendarClock, ChevronDown, SendHorizontal } from "lucide-react";
import { lazy, type RefObject, Suspense, useEffectEvent, useEffect } from "react";
import { useTranslation } from "react-i18next";

import { channelName } from "@/lib/channels";
import { useNow } from "@/lib/useNow";
import { twoClocks, whose } from "@/schedule/words";
import { buttonClass } from "@/ui/Button";
import { hint } from "@/ui/hint";
import { PopoverOverlay } from "@/ui/lazyOverlays";
import { useTrigger } from "@/ui/useTrigger";

import { countsSegments } from "./readiness";
import type { ComposerState } from "./useComposer";

/** Only looked at by those who schedule. */
const SchedulePanel = lazy(async () => ({
  default: (await import("@/schedule/SchedulePanel")).SchedulePanel,
}));

/** What the composer's keys can do with the menu beside the button. */
export type ScheduleControl = { open: () => void };

type Props = {
  composer: ComposerState;
  onSend: () => void;
  /** Hands out the way to open the menu by key. */
  controlRef: (control: ScheduleControl | null) => void;
  /** Where one writes: what opened from there by key, leads back there. */
  field: RefObject<HTMLElement | null>;
};

/** A button that says what it will do, and beside it the menu for doing it later. */
export function SendButton({ composer, onSend, controlRef, field }: Props) {
  const { t } = useTranslation();
  const { open, close, anchor, props } = useTrigger("dialog");
  const { ready, plan, contact } = composer;
  const openMenu = useEffectEvent(() => {
    if (!open) props.onClick();
  });
  useEffect(() => {
    controlRef({ open: () => openMenu() });
    return () => controlRef(null);
  }, [controlRef]);
  const Icon = plan ? CalendarClock : SendHorizontal;
  return (
    <div className="flex min-w-0">
      <button
        type="button"
        disabled={!ready}
        onClick={onSend}
        className={buttonClass("primary", "min-w-0 rounded-e-none")}
      >
        <span className="min-w-0">{useSendLabel(composer)}</span>
        <Icon aria-hidden className="size-4 shrink-0" />
      </button>
      <button
        type="button"
        aria-label={t("composer.schedule")}
        {...hint(t("composer.schedule"), "composer.schedule")}
        disabled={composer.blocked !== undefined}
        className={buttonClass("primary", "ms-px shrink-0 rounded-s-none px-2!")}
        {...props}
      >
        <ChevronDown aria-hidden className="size-4" />
      </button>
      {open && (
        <Suspense>
          <PopoverOverlay anchor={anchor} onClose={close} label={t("schedule.title")} returnTo={field}>
            <SchedulePanel
              contact={contact}
              onChoose={(time, zone) => {
                composer.setPlan({ time, zone, cancelIfAnswered: plan?.cancelIfAnswered ?? false });
                close();
              }}
            />
          </PopoverOverlay>
        </Suspense>
      )}
    </div>
  );
}

/** "Schedule for Tue 9:00, Ana's time"; "Send, held until 8:00, Ana's time"; "Send SMS from Support · 2 segments". */
function useSendLabel({ line, text, count, plan, foresight, contact, attached }: ComposerState): string {
  const { t } = useTranslation();
  const now = useNow();
  if (plan) {
    const { theirs, ours } = twoClocks(plan.time, plan.zone, now);
    return ours
      ? t("composer.scheduleForZone", { time: theirs, whose: whose(t, contact.name) })
      : t("composer.scheduleFor", { time: theirs });
  }
  if (foresight.hold) {
    const { theirs, ours } = twoClocks(foresight.hold.until, foresight.zone, now);
    return ours
      ? t("composer.sendHeldZone", { time: theirs, whose: whose(t, contact.name) })
      : t("composer.sendHeld", { time: theirs });
  }
  if (!line) return t("composer.sendPlain");
  const withFiles = attached.files.length > 0;
  const counted = text.trim() && countsSegments(line, withFiles);
  const segments = counted ? t("composer.segments", { count: count.segments }) : "";
  const channel = line.channel === "sms" && withFiles ? "mms" : line.channel;
  // A line may be called after its channel; then that need not be said twice.
  const isNamed = line.name.toLowerCase().includes(channelName(t, channel).toLowerCase());
  return [t(`composer.sendBy.${isNamed ? "line" : channel}`, { line: line.name }), segments]
    .filter(Boolean)
    .join(" · ");
}
