import { CalendarClock } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ConversationContact } from "@/api/types";
import { useNow } from "@/lib/useNow";
import {
  addDays,
  atClock,
  instantOf,
  ownZone,
  sameClock,
  wallTime,
  zoneClock,
  zonePlace,
  zoneTime,
} from "@/lib/zones";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Choice";
import { fieldClass } from "@/ui/Field";

import { choicesAt, problemOf } from "./choices";
import { type RecipientZone, useRecipientZone } from "./recipientZone";
import { firstName, twoClocks } from "./words";

type Props = { contact: ConversationContact; onChoose: (time: number, zone: string) => void };

/** When a message shall leave: the times one usually means, or any other, on their clock or on one's own. */
export function SchedulePanel({ contact, onChoose }: Props) {
  const { t } = useTranslation();
  const recipient = useRecipientZone(contact.id);
  return (
    <>
      <h2 className="font-semibold">{t("schedule.title")}</h2>
      {recipient ? (
        <Times contact={contact} recipient={recipient} onChoose={onChoose} />
      ) : (
        <div className="mt-3 h-40 skeleton" />
      )}
    </>
  );
}

function Times({ contact, recipient, onChoose }: Props & { recipient: RecipientZone }) {
  const { t } = useTranslation();
  const now = useNow();
  const own = ownZone();
  const differ = !sameClock(now, recipient.zone, own);
  const [whose, setWhose] = useState<"theirs" | "ours">("theirs");
  const zone = whose === "theirs" ? recipient.zone : own;
  const name = firstName(contact.name);
  return (
    <>
      <p className="mt-1 text-meta text-ink-soft">
        <ZoneNote recipient={recipient} name={name} now={now} />
      </p>
      {differ && (
        <div className="mt-3">
          <Choice
            legend={t("schedule.clock")}
            hideLegend
            value={whose}
            onChange={setWhose}
            options={[
              {
                value: "theirs",
                label: name ? t("schedule.theirClock", { name }) : t("schedule.theirClockNoName"),
              },
              { value: "ours", label: t("schedule.ownClock") },
            ]}
          />
        </div>
      )}
      <ul className="-mx-2 mt-2 border-b pb-2" aria-label={t("schedule.usual")}>
        {choicesAt(now, zone).map(({ id, time }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onChoose(time, zone)}
              className="flex min-h-9 w-full items-center gap-3 rounded-md px-2 text-start text-list hover:bg-hover pointer-coarse:min-h-11"
            >
              <span className="min-w-0 flex-1">{t(`schedule.choices.${id}`)}</span>
              <ChoiceTime time={time} zone={zone} now={now} />
            </button>
          </li>
        ))}
      </ul>
      <OwnTime key={zone} zone={zone} now={now} onChoose={onChoose} />
    </>
  );
}

function ZoneNote({
  recipient,
  name,
  now,
}: {
  recipient: RecipientZone;
  name: string | undefined;
  now: number;
}): string {
  const { t } = useTranslation();
  if (!recipient.known) return t("schedule.zoneUnknown");
  const place = zonePlace(recipient.zone);
  const time = zoneClock(now, recipient.zone);
  const sentence = name
    ? t("schedule.nowThere", { name, place, time })
    : t("schedule.nowThereNoName", { place, time });
  if (recipient.zones.length < 2) return sentence;
  const others = recipient.zones.slice(1).map(zonePlace);
  return `${sentence} ${t("schedule.zoneAmbiguous", { others: new Intl.ListFormat().format(others) })}`;
}

function ChoiceTime({ time, zone, now }: { time: number; zone: string; now: number }) {
  const { t } = useTranslation();
  const { theirs, ours } = twoClocks(time, zone, now);
  return (
    <span className="text-end text-meta tabular">
      <span className="block">{theirs}</span>
      {ours && <span className="block text-ink-faint">{t("schedule.yourTime", { time: ours })}</span>}
    </span>
  );
}

/** Any other time. What it means on one's own clock is said before it is taken. */
function OwnTime({ zone, now, onChoose }: { zone: string; now: number; onChoose: Props["onChoose"] }) {
  const { t } = useTranslation();
  const id = useId();
  const [local, setLocal] = useState(() => atClock(addDays(wallTime(now, zone), 1), "09:00"));
  const time = instantOf(local, zone);
  const problem = problemOf(time, now);
  const { ours } = problem ? { ours: undefined } : twoClocks(time, zone, now);
  return (
    <form
      className="mt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) onChoose(time, zone);
      }}
    >
      <label htmlFor={id} className="mb-1 block text-list font-medium">
        {t("schedule.pick")}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          id={id}
          type="datetime-local"
          required
          value={local}
          min={wallTime(now, zone)}
          aria-invalid={problem ? true : undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => setLocal(event.target.value)}
          className={`${fieldClass} w-auto! flex-1 tabular`}
        />
        <Button type="submit" disabled={problem !== undefined}>
          <CalendarClock aria-hidden className="size-4" />
          {t("schedule.useTime")}
        </Button>
      </div>
      <p id={`${id}-note`} className="mt-1 min-h-4 text-meta text-ink-soft tabular">
        {problem && problem !== "missing" && (
          <span className="text-danger">{t(`schedule.problems.${problem}`)}</span>
        )}
        {ours && t("schedule.yourTime", { time: ours })}
        {!problem &&
          wallTime(time, zone) !== local &&
          ` ${t("schedule.moved", { time: zoneTime(time, zone, now) })}`}
      </p>
    </form>
  );
}
