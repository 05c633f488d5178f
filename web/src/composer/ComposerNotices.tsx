import { Ban, CircleAlert, Scissors } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ConversationContact } from "@/api/types";
import { displayName } from "@/lib/names";
import { Banner } from "@/ui/Banner";

import { longestText } from "./readiness";
import { narrowed } from "./replacements";
import type { Returned } from "./returned";
import { countSegments } from "./segments";
import type { useComposer } from "./useComposer";

type Composer = ReturnType<typeof useComposer>;

const actionClass = "ms-2 rounded-sm font-semibold underline underline-offset-2";

/** What stands in the way of a reply, or could make it better. */
export function ComposerNotices({ composer, contact }: { composer: Composer; contact: ConversationContact }) {
  const { t } = useTranslation();
  const name = displayName(contact);
  return (
    <div role="status">
      {composer.blocked && (
        <Banner tone="warning" icon={Ban} className="mb-2 rounded-md">
          {t(`composer.blocked.${composer.blocked}`, { name, longest: longestText })}
        </Banner>
      )}
      {composer.returned && <Refusal returned={composer.returned} onTakeBack={composer.takeBack} />}
      {!composer.blocked && <Shorten composer={composer} />}
    </div>
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
function Shorten({ composer }: { composer: Composer }) {
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
