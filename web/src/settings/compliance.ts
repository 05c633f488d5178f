/** The rules for sending: query, change, and what can be wrong with them before they are sent. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, call } from "@/api/client";
import { freshness } from "@/api/freshness";
import type { ComplianceSettings, RegionHours } from "@/api/types";

const key = ["compliance-settings"] as const;

export const complianceQuery = queryOptions({
  queryKey: key,
  queryFn: ({ signal }) => call(api.GET("/api/compliance/settings", { signal })),
  staleTime: freshness.settings,
});

export function useSaveCompliance() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ComplianceSettings) => call(api.PUT("/api/compliance/settings", { body })),
    onSuccess: (settings) => client.setQueryData(key, settings),
  });
}

/** ISO 3166: a country, or one of its parts. */
const regionCode = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

export type SendingProblem = "region" | "sameRegion" | "hours" | "firstContact";

/** Why the rules cannot be saved; the words are in the catalogue under `settings.sending.problems`. */
export function problemOf({
  quiet_hours,
  regions,
  first_contact,
}: ComplianceSettings): SendingProblem | undefined {
  const codes = regions.map(({ region }) => region);
  if (codes.some((code) => !regionCode.test(code))) return "region";
  if (new Set(codes).size < codes.length) return "sameRegion";
  const spans = [quiet_hours, ...regions];
  if (spans.some(({ starts, ends }) => !starts || !ends || starts === ends)) return "hours";
  return first_contact.enabled && first_contact.text.trim() === "" ? "firstContact" : undefined;
}

/** "France", "United States, FL"; the code itself where the browser has no name for it. */
export function regionName(code: string): string | undefined {
  const [country = "", part] = code.split("-");
  if (!regionCode.test(code)) return undefined;
  const name = new Intl.DisplayNames(undefined, { type: "region" }).of(country) ?? country;
  return part ? `${name}, ${part}` : name;
}

export const newRegion = ({ starts, ends }: ComplianceSettings["quiet_hours"]): RegionHours => ({
  region: "",
  starts,
  ends,
});
