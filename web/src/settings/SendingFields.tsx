import { Plus, Trash2 } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import type { ComplianceSettings, RegionHours } from "@/api/types";
import { Button } from "@/ui/Button";
import { fieldClass, TextField } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";

import { newRegion, regionName } from "./compliance";

type SwitchProps = { label: string; hint?: string; checked: boolean; onChange: (on: boolean) => void };

/** On or off, with what it means. */
export function Switch({ label, hint, checked, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <input
        id={id}
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={checked}
        aria-describedby={hint && `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <label htmlFor={id} className="text-list font-medium">
          {label}
        </label>
        {hint && (
          <span id={`${id}-hint`} className="block text-meta text-ink-soft">
            {hint}
          </span>
        )}
      </span>
    </div>
  );
}

type Span = { starts: string; ends: string };

/** From one time of day to another; over midnight, too. */
export function Hours({ value, onChange }: { value: Span; onChange: (span: Span) => void }) {
  const { t } = useTranslation();
  const { starts, ends } = value;
  return (
    <div className="flex flex-wrap gap-4">
      <TextField
        label={t("settings.sending.from")}
        type="time"
        required
        value={starts}
        className="max-w-40 min-w-32 flex-1"
        onChange={(event) => onChange({ starts: event.target.value, ends })}
      />
      <TextField
        label={t("settings.sending.until")}
        type="time"
        required
        value={ends}
        className="max-w-40 min-w-32 flex-1"
        onChange={(event) => onChange({ starts, ends: event.target.value })}
      />
    </div>
  );
}

const columns = ["region", "starts", "ends"] as const;

type RegionsProps = {
  regions: RegionHours[];
  quiet: ComplianceSettings["quiet_hours"];
  onChange: (regions: RegionHours[]) => void;
};

/** Where the law asks for other hours than the general ones. */
export function Regions({ regions, quiet, onChange }: RegionsProps) {
  const { t } = useTranslation();
  const set = (at: number, part: Partial<RegionHours>): void =>
    onChange(regions.map((old, index) => (index === at ? { ...old, ...part } : old)));
  const cell = (index: number, column: (typeof columns)[number], type: "text" | "time") => (
    <input
      type={type}
      required
      aria-label={t("settings.sending.cell", {
        column: t(`settings.sending.columns.${column}`),
        region: regions[index]?.region || index + 1,
      })}
      value={regions[index]?.[column]}
      autoComplete="off"
      {...(column === "region" && { placeholder: "US-FL", maxLength: 6 })}
      onChange={(event) =>
        set(index, { [column]: column === "region" ? event.target.value.toUpperCase() : event.target.value })
      }
      className={fieldClass}
    />
  );
  return (
    <div>
      <h3 className="text-list font-medium">{t("settings.sending.regions")}</h3>
      <p className="mt-0.5 mb-2 text-meta text-ink-soft">{t("settings.sending.regionsText")}</p>
      {regions.length > 0 && (
        <table className="mb-2 block w-full text-list two:table">
          <thead className="sr-only two:not-sr-only">
            <tr className="text-meta text-ink-soft">
              {columns.map((column) => (
                <th key={column} scope="col" className="pb-1 text-start font-medium">
                  {t(`settings.sending.columns.${column}`)}
                </th>
              ))}
              <th aria-hidden />
            </tr>
          </thead>
          <tbody className="block two:table-row-group">
            {regions.map(({ region }, index) => (
              // Rows have no identity of their own, and only ever change in place, at the end or by leaving.
              <tr
                key={index}
                className="grid grid-cols-[1fr_1fr_2.5rem] gap-2 pb-3 two:table-row two:align-top"
              >
                <td className="col-span-2 two:pe-2 two:pb-2">
                  {cell(index, "region", "text")}
                  <span className="block min-h-4 text-meta text-ink-soft">{regionName(region)}</span>
                </td>
                <td className="order-1 two:pe-2 two:pb-2">{cell(index, "starts", "time")}</td>
                <td className="order-1 two:pe-2 two:pb-2">{cell(index, "ends", "time")}</td>
                <td className="two:w-8 two:pt-0.5">
                  <IconButton
                    icon={Trash2}
                    label={t("settings.sending.removeRegion", { region: region || index + 1 })}
                    onClick={() => onChange(regions.toSpliced(index, 1))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Button onClick={() => onChange([...regions, newRegion(quiet)])}>
        <Plus aria-hidden className="size-4" />
        {t("settings.sending.addRegion")}
      </Button>
    </div>
  );
}
