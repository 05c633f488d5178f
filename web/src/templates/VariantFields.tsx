import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2, X } from "lucide-react";
import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";

import { channelName } from "@/lib/channels";
import { useAutosize } from "@/composer/useAutosize";
import { linesQuery } from "@/settings/lines";
import { Button } from "@/ui/Button";
import { fieldClass, TextField } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";

import { everyChannel, shareOf, type VariantDraft } from "./form";

type Props = {
  variant: VariantDraft;
  all: VariantDraft[];
  onChange: (variant: VariantDraft) => void;
  onRemove: () => void;
};

const percent = new Intl.NumberFormat(undefined, { style: "percent" });

/** One way to say it. Name and weight show only where there is more than one. */
export function VariantFields({ variant, all, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const several = all.length > 1;
  const setBody = (channel: string, text: string): void =>
    onChange({ ...variant, bodies: { ...variant.bodies, [channel]: text } });
  const dropBody = (channel: string): void => {
    const { [channel]: _, ...bodies } = variant.bodies;
    onChange({ ...variant, bodies });
  };
  return (
    <div className={several ? "grid gap-3 rounded-lg border p-4" : "grid gap-3"}>
      {several && (
        <div className="flex flex-wrap items-end gap-3">
          <TextField
            label={t("templates.variantName")}
            value={variant.name}
            className="min-w-32 flex-1"
            onChange={(event) => onChange({ ...variant, name: event.target.value })}
          />
          <TextField
            label={t("templates.weight")}
            type="number"
            min={0}
            step={1}
            value={variant.weight}
            className="w-24"
            onChange={(event) => onChange({ ...variant, weight: event.target.valueAsNumber || 0 })}
          />
          <span className="flex flex-1 items-center justify-between gap-2 whitespace-nowrap">
            <span className="text-list text-ink-soft tabular">
              {t("templates.share", { share: percent.format(shareOf(variant, all)) })}
            </span>
            <IconButton icon={Trash2} label={t("templates.removeVariant")} onClick={onRemove} />
          </span>
        </div>
      )}
      {Object.entries(variant.bodies).map(([channel, text]) => (
        <Body
          key={channel}
          channel={channel}
          text={text}
          onChange={(next) => setBody(channel, next)}
          {...(channel !== everyChannel && { onRemove: () => dropBody(channel) })}
        />
      ))}
      <AddBody variant={variant} onAdd={(channel) => setBody(channel, variant.bodies[everyChannel] ?? "")} />
    </div>
  );
}

type BodyProps = { channel: string; text: string; onChange: (text: string) => void; onRemove?: () => void };

function Body({ channel, text, onChange, onRemove }: BodyProps) {
  const { t } = useTranslation();
  const id = useId();
  const field = useAutosize(text);
  const selection = useRef<number>(undefined);
  const label =
    channel === everyChannel
      ? t("templates.body")
      : t("templates.bodyFor", { channel: channelName(t, channel) });
  /** Where the cursor was last, so that a name goes where one was writing. */
  const insert = (name: string): void => {
    const at = selection.current ?? text.length;
    onChange(`${text.slice(0, at)}{{${name}}}${text.slice(at)}`);
    field.current?.focus();
  };
  return (
    <div>
      <div className="mb-1 flex items-center justify-between gap-2">
        <label htmlFor={id} className="text-list font-medium">
          {label}
        </label>
        <span className="flex items-center gap-1">
          <InsertName onInsert={insert} />
          {onRemove && <IconButton icon={X} label={t("templates.removeBody")} onClick={onRemove} />}
        </span>
      </div>
      <textarea
        id={id}
        ref={field}
        rows={3}
        dir="auto"
        value={text}
        placeholder={t("templates.bodyPlaceholder")}
        onChange={(event) => onChange(event.target.value)}
        onSelect={(event) => {
          selection.current = event.currentTarget.selectionStart;
        }}
        className={`${fieldClass} min-h-24 resize-none py-2 user-text`}
      />
    </div>
  );
}

const offered = ["contact.first_name", "contact.name", "line.name", "agent.name", "today:date"] as const;

/** The names the server fills by itself, to put where the cursor is. */
function InsertName({ onInsert }: { onInsert: (name: string) => void }) {
  const { t } = useTranslation();
  return (
    <select
      aria-label={t("templates.insert")}
      value=""
      onChange={(event) => onInsert(event.target.value)}
      className="min-h-7 max-w-44 rounded-md bg-transparent px-1 text-meta text-ink-soft hover:bg-hover pointer-coarse:min-h-10"
    >
      <option value="" disabled>
        {t("templates.insert")}
      </option>
      {offered.map((name) => (
        <option key={name} value={name}>
          {`{{${name}}}`}
        </option>
      ))}
    </select>
  );
}

/** A text of its own for a channel that the installation has. */
function AddBody({ variant, onAdd }: { variant: VariantDraft; onAdd: (channel: string) => void }) {
  const { t } = useTranslation();
  const { data: lines = [] } = useQuery(linesQuery);
  const channels = [...new Set(lines.map(({ channel }) => channel))].filter(
    (channel) => variant.bodies[channel] === undefined,
  );
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {channels.map((channel) => (
        <Button key={channel} look="quiet" className="-ms-3" onClick={() => onAdd(channel)}>
          <Plus aria-hidden className="size-4" />
          {t("templates.addBody", { channel: channelName(t, channel) })}
        </Button>
      ))}
    </div>
  );
}
