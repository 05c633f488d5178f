import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import type { Message, MessageChange } from "@/api/types";
import { MessageText } from "@/composer/MessageText";
import { fitsMessage } from "@/composer/readiness";
import { useNow } from "@/lib/useNow";
import { instantOf, ownZone, wallTime, zonePlace } from "@/lib/zones";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";

import { problemOf, whenOf } from "./choices";
import { zoneOf } from "./pending";
import { useChangeMessage } from "./scheduled";
import { twoClocks } from "./words";

type Props = { message: Message; name: string | null | undefined; onClose: () => void };

/** The text and the time of a message that has not left yet. */
export function EditPendingDialog(props: Props) {
  const { t } = useTranslation();
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()} title={t("schedule.edit")}>
      <EditForm {...props} />
    </Dialog>
  );
}

function EditForm({ message, onClose }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const save = useChangeMessage(message.id);
  const zone = zoneOf(message) ?? ownZone();
  const before = message.scheduled ? wallTime(Date.parse(message.scheduled.at), zone) : undefined;
  const [body, setBody] = useState(message.body);
  const [local, setLocal] = useState(before);
  const [cancelIfAnswered, setCancelIfAnswered] = useState(message.scheduled?.cancel_if_answered ?? false);
  const time = local === undefined ? undefined : instantOf(local, zone);
  const moved = local !== before;
  const problem = time !== undefined && moved ? problemOf(time, now) : undefined;
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  const text = body.trim();
  const takes = fitsMessage(text) && !problem;
  const ours = time === undefined || problem ? undefined : twoClocks(time, zone, now).ours;

  const submit = (): void => {
    const change: MessageChange = {
      ...(text !== message.body && { body: text }),
      ...(time !== undefined && moved && whenOf({ time, zone })),
      ...(message.scheduled && { cancel_if_answered: cancelIfAnswered }),
    };
    save.mutate(change, { onSuccess: onClose });
  };
  return (
    <Form onSubmit={submit}>
      <MessageText text={body} onChange={setBody} error={fields["body"]} />
      {local !== undefined && (
        <>
          <TextField
            label={t("schedule.timeIn", { place: zonePlace(zone) })}
            type="datetime-local"
            required
            value={local}
            onChange={(event) => setLocal(event.target.value)}
            hint={ours && t("schedule.yourTime", { time: ours })}
            error={
              problem ? t(`schedule.problems.${problem}`) : (fields["send_at"] ?? fields["send_at_local"])
            }
          />
          <label className="flex items-center gap-2 text-list">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={cancelIfAnswered}
              onChange={(event) => setCancelIfAnswered(event.target.checked)}
            />
            {t("schedule.cancelIfAnswered")}
          </label>
        </>
      )}
      {save.error && Object.keys(fields).length === 0 && <FormError>{errorText(save.error, t)}</FormError>}
      <Button type="submit" look="primary" disabled={!takes || save.isPending}>
        {t("common.save")}
      </Button>
    </Form>
  );
}
