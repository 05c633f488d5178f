import { Ban, CircleAlert, CirclePause, Scissors, TextQuote } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ConversationContact } from "@/api/types";
import { displayName } from "@/lib/names";
import { exactTime } from "@/lib/time";
import { useNow } from "@/lib/useNow";
import { holdText, twoClocks, whose } from "@/schedule/words";
import { useInstallation } from "@/session/session";
import { Banner } from "@/ui/Banner";

import { FilesProblem } from "./FilesProblem";
import { countsSegments, longestOf } from "./readiness";
import { narrowed } from "./replacements";
import type { Returned } from "./returned";
import { countSegments } from "./segments";
import type { ComposerState } from "./useComposer";

const actionClass = "ms-2 rounded-sm font-semibold underline underline-offset-2";

/** What stands in the way of a reply, or could make it better. */
export function ComposerNotices({
  composer,
  contact,
}: {
  composer: ComposerState;
  contact: ConversationContact;
}) {
  const { t } = useTranslation();
  const { default_country } = useInstallation();
  const name = displayName(contact, default_country);
  return (
    <div role="status">
      {composer.blocked && (
        <Banner tone="warning" icon={Ban} className="mb-2 rounded-md">
          {t(`composer.blocked.${blockedWords(composer)}`, {
            name,
            longest: longestOf(composer.line).toLocaleString(),
            time: composer.way?.window?.until && exactTime(composer.way.window.until),
          })}
        </Banner>
      )}
      {composer.returned && <Refusal returned={composer.returned} onTakeBack={composer.takeBack} />}
      {!composer.blocked && <FilesProblem composer={composer} />}
      {!composer.blocked && <Foreseen composer={composer} />}
      {!composer.blocked && countsSegments(composer.line, composer.attached.files.length > 0) && (
        <Shorten composer={composer} />
      )}
    </div>
  );
}

/** Who unsubscribed from emails is not told to text. */
const blockedWords = ({ blocked, line }: ComposerState) =>
  blocked === "optedOut" && line?.channel === "email" ? "optedOutEmail" : (blocked ?? "noLine");

/** What the server would do with the message, said before the click. */
function Foreseen({ composer: { foresight, contact } }: { composer: ComposerState }) {
  const { t } = useTranslation();
  const now = useNow();
  const { refusal, hold, zone, added } = foresight;
  if (refusal) {
    return (
      <Banner tone="warning" icon={Ban} className="mb-2 rounded-md">
        {t("composer.refusal", { reason: refusal })}
      </Banner>
    );
  }
  const clocks = hold && twoClocks(hold.until, zone, now);
  return (
    <>
      {clocks && (
        <Banner tone="note" icon={CirclePause} className="mb-2 rounded-md">
          {t(clocks.ours ? "composer.holdZone" : "composer.hold", {
            time: clocks.theirs,
            whose: whose(t, contact.name),
            reason: holdText(t, hold),
          })}
        </Banner>
      )}
      {added && (
        <Banner tone="note" icon={TextQuote} className="mb-2 rounded-md">
          {t("composer.added", { text: added.trim() })}
        </Banner>
      )}
    </>
  );
}

/** The server's reason. The text stands in the composer again, or waits until it is wanted. */
function Refusal({ returned, onTakeBack }: { returned: Returned; onTakeBack: () => void }) {
  const { t } = useTranslation();
  return (
    <Banner tone="danger" icon={CircleAlert} className="mb-2 rounded-md">
      {t("composer.refused", { reason: returned.reason })}
      {returned.waiting !== undefined && (
        <>
          <q dir="auto" className="user-text mt-1 line-clamp-2">
            {returned.waiting}
          </q>
          <button type="button" className="mt-1 rounded-sm font-semibold underline" onClick={onTakeBack}>
            {t("composer.takeBack")}
          </button>
        </>
      )}
    </Banner>
  );
}

/** Offers plain characters where they save segments. */
function Shorten({ composer }: { composer: ComposerState }) {
  const { t } = useTranslation();
  const plain = narrowed(composer.text);
  const saved = composer.count.segments - countSegments(plain.trim()).segments;
  if (saved <= 0) return null;
  return (
    <Banner tone="note" icon={Scissors} className="mb-2 rounded-md">
      {t("composer.shorter", { count: saved })}
      <button type="button" className={actionClass} onClick={() => composer.write(plain)}>
        {t("composer.usePlain")}
      </button>
    </Banner>
  );
}
