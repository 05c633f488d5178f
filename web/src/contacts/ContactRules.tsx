import { useQuery } from "@tanstack/react-query";
import { Ban, Globe } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { Consent, TimeZones } from "@/api/types";
import { useNow } from "@/lib/useNow";
import { allZones, isKnownZone, zoneClock, zonePlace } from "@/lib/zones";
import { mayWrite, useUser } from "@/session/session";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { BlockDialog } from "./BlockDialog";
import { consentQuery, useSetBlocked, useSetTimeZone } from "./consent";
import { ConsentHistory } from "./ConsentHistory";

/** What decides whether and when this person may be written to: a block, their clock, what they agreed to. */
export function ContactRules({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const { data, isError } = useQuery(consentQuery(contactId));
  if (isError)
    return <p className="mt-4 border-t pt-4 text-list text-ink-soft">{t("contacts.rulesFailed")}</p>;
  if (!data) return <div className="mt-4 h-24 skeleton" />;
  return (
    <>
      <TimeZone contactId={contactId} told={data.time_zone ?? undefined} />
      <ConsentHistory contactId={contactId} items={data.items} />
      <Blocking contactId={contactId} consent={data} />
    </>
  );
}

/** Their clock, and where we know it from. */
function TimeZone({ contactId, told }: { contactId: string; told: TimeZones | undefined }) {
  const { t } = useTranslation();
  const now = useNow();
  const set = useSetTimeZone(contactId);
  const writes = mayWrite(useUser());
  const zone = told?.zones.find(isKnownZone);
  const chosen = told?.source === "contact" ? (zone ?? "") : "";
  const change = (next: string): void =>
    set.mutate(next || null, { onError: (error) => showToast(errorText(error, t)) });
  return (
    <div className="mt-4 flex items-start gap-3 border-t pt-4 text-list">
      <Globe aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
      <div className="min-w-0 flex-1">
        <p className="tabular">
          {zone
            ? t("contacts.clock", { time: zoneClock(now, zone), place: zonePlace(zone) })
            : t("contacts.noZone")}
        </p>
        {told && zone && (
          <p className="text-meta text-ink-soft">
            {t(`contacts.zoneSource.${told.source}`)}
            {told.zones.length > 1 &&
              ` ${t("schedule.zoneAmbiguous", { others: new Intl.ListFormat().format(told.zones.slice(1).map(zonePlace)) })}`}
          </p>
        )}
        {writes && (
          <select
            aria-label={t("contacts.zone")}
            value={chosen}
            disabled={set.isPending}
            onChange={(event) => change(event.target.value)}
            className="-ms-1 mt-1 min-h-7 max-w-full rounded-md bg-transparent px-1 text-meta text-accent-text hover:bg-hover pointer-coarse:min-h-10"
          >
            <option value="">{t("contacts.zoneByNumber")}</option>
            {allZones().map((name) => (
              <option key={name} value={name}>
                {name.replaceAll("_", " ")}
              </option>
            ))}
          </select>
        )}
      </div>
    </div>
  );
}

function Blocking({ contactId, consent: { blocked } }: { contactId: string; consent: Consent }) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const set = useSetBlocked(contactId);
  const [asking, setAsking] = useState(false);
  const fail = (error: Error): void => showToast(errorText(error, t));
  const unblock = (): void => set.mutate({ blocked: false }, { onError: fail });
  return (
    <div className="mt-4 border-t pt-4">
      {blocked && (
        <Banner tone="danger" icon={Ban} className="mb-3 rounded-md">
          {blocked.by ? t("contacts.blockedBy", { name: blocked.by }) : t("contacts.blocked")}{" "}
          <RelativeTime at={blocked.at} />
          {blocked.reason && (
            <span dir="auto" className="block user-text">
              {blocked.reason}
            </span>
          )}
        </Banner>
      )}
      {writes && (
        <Button
          look={blocked ? "plain" : "danger"}
          disabled={set.isPending}
          onClick={() => (blocked ? unblock() : setAsking(true))}
        >
          <Ban aria-hidden className="size-4" />
          {t(blocked ? "contacts.unblock" : "contacts.block")}
        </Button>
      )}
      <BlockDialog
        open={asking}
        onOpenChange={setAsking}
        onBlock={(reason) => {
          setAsking(false);
          set.mutate(
            { blocked: true, reason },
            {
              onSuccess: () => showToast(t("contacts.nowBlocked"), { label: t("common.undo"), run: unblock }),
              onError: fail,
            },
          );
        }}
      />
    </div>
  );
}
