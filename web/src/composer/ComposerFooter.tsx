import { ChevronDown } from "lucide-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";

import { isTouch } from "@/lib/platform";
import { useInstallation } from "@/session/session";
import { lineOptions } from "@/settings/lines";
import { usePreferences } from "@/settings/preferences";
import { Keys } from "@/keyboard/Keys";
import { Menu } from "@/ui/Menu";

import { SegmentMeter } from "./SegmentMeter";
import { type ScheduleControl, SendButton } from "./SendButton";
import type { ComposerState } from "./useComposer";

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
      <LinePicker composer={composer} />
      <SegmentMeter text={composer.text} count={composer.count} />
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

/** Only where there is a choice. */
function LinePicker({ composer }: { composer: Props["composer"] }) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const { lines, line, chooseLine } = composer;
  if (lines.length < 2 || !line) return null;
  const options = lineOptions(lines, default_country);
  return (
    <Menu
      side="top"
      align="start"
      label={t("composer.chooseLine")}
      trigger={(props) => (
        <button
          type="button"
          className="-ms-1 inline-flex min-h-7 items-center gap-1 rounded-md px-1 text-meta text-ink-soft hover:bg-hover pointer-coarse:min-h-10"
          {...props}
        >
          {t("composer.from", { line: line.name })}
          <ChevronDown aria-hidden className="size-3" />
        </button>
      )}
      choice={{ value: line.id, options, onChange: chooseLine }}
    />
  );
}
