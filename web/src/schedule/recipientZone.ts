import { useQuery } from "@tanstack/react-query";

import type { TimeZones } from "@/api/types";
import { consentQuery } from "@/contacts/consent";
import { isKnownZone, ownZone } from "@/lib/zones";

export type RecipientZone = {
  zone: string;
  /** Everything it may be: a number's area can lie in several zones. */
  zones: string[];
  /** Whether it says something about them; otherwise it is only the reader's own. */
  known: boolean;
};

/** The zone a person lives in, as far as their contact or number tells. `undefined` while it is asked for. */
export function useRecipientZone(contactId: string): RecipientZone | undefined {
  const { data, isPending } = useQuery(consentQuery(contactId));
  return isPending ? undefined : zoneFrom(data?.time_zone);
}

export function zoneFrom(told: TimeZones | null | undefined): RecipientZone {
  const zones = (told?.zones ?? []).filter(isKnownZone);
  const [zone] = zones;
  return zone ? { zone, zones, known: true } : { zone: ownZone(), zones: [], known: false };
}
