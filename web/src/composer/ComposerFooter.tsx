import type { RefObject } from "react";
import { useTranslation } from "react-i18next";

import { useNow } from "@/lib/useNow";
import { isTouch } from "@/lib/platform";
import { usePreferences } from "@/settings/preferences";
import { Keys } from "@/keyboard/Keys";

import { AttachButton } from "./AttachButton";
import { countsSegments } from "./readiness";
import { SegmentMeter } from "./SegmentMeter";
import { type ScheduleControl, SendButton } from "./SendButton";
import type { ComposerState } from "./useComposer";
import { WayPicker } from "./WayPicker";
import { timeLeft, windowEnd } from "./ways";

type Props = {
  composer: ComposerState;
  onSend: () => void;
  scheduleRef: (control: ScheduleControl | null) => void;
  field: RefObject<HTMLElement | null>;
};

/** The line under the text: from which number, how long, and a button that says what it will do. */
export function ComposerFooter({ composer, onSend, scheduleRef, field }: Props) {
  const { sendKey } = usePreferences();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 p-1.5 ps-3">
      <AttachButton onFiles={composer.attach} />
      <WayPicker composer={composer} />
      <WindowLeft composer={composer} />
      {countsSegments(composer.line, composer.attached.files.length > 0) && (
        <SegmentMeter text={composer.text} count={composer.count} />
      )}
      <div className="ms-auto flex min-w-0 items-center gap-3">
        {!isTouch() && !composer.plan && (
          <span className="hidden three:inline">
            <Keys keys={sendKey === "enter" ? "Enter" : "mod+Enter"} />
          </span>
        )}
        <SendButton composer={composer} onSend={onSend} controlRef={scheduleRef} field={field} />
      </div>
    </div>
  );
}

/** How long they may still be written to freely, on WhatsApp. */
function WindowLeft({ composer }: { composer: ComposerState }) {
  const { t } = useTranslation();
  const now = useNow();
  const end = windowEnd(composer.way, now);
  if (end === undefined) return null;
  return (
    <span className="text-meta text-ink-faint tabular">
      {t("composer.windowOpen", { left: timeLeft(end - now) })}
    </span>
  );
}
