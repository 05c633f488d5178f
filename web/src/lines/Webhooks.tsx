import { useQuery } from "@tanstack/react-query";
import { ArrowRight, CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { WebhookChange } from "@/api/types";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { FormError } from "@/ui/FormError";
import { RelativeTime } from "@/ui/Time";

import { useWebhooks, webhooksQuery } from "./lineSettings";

/** What the provider calls when something happens: shown against what it should call, set, and brought back. */
export function Webhooks({ lineId }: { lineId: string }) {
  const { t } = useTranslation();
  const webhooks = useQuery(webhooksQuery(lineId));
  const [fallback, setFallback] = useState("");
  const { set, undo } = useWebhooks(lineId);
  const error = set.error ?? undo.error ?? webhooks.error;
  if (webhooks.isPending) {
    return (
      <div role="status" aria-label={t("lines.webhooks.asking")} className="grid gap-3 border-t pt-4">
        <div className="h-4 w-2/3 skeleton" />
        <div className="h-4 w-1/2 skeleton" />
      </div>
    );
  }
  const { changes = [], undo: before, by_hand: byHand } = webhooks.data ?? {};
  if (byHand) return <p className="border-t pt-4 text-list wrap-anywhere">{byHand}</p>;
  const busy = set.isPending || undo.isPending;
  return (
    <div className="grid gap-4 border-t pt-4">
      {webhooks.data && changes.length === 0 && (
        <p role="status" className="flex items-start gap-2 text-list">
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
          {t("lines.webhooks.asTheyShould")}
        </p>
      )}
      {changes.length > 0 && <Changes changes={changes} />}
      {changes.length > 0 && (
        <TextField
          label={t("lines.webhooks.fallback")}
          hint={t("lines.webhooks.fallbackHint")}
          type="url"
          value={fallback}
          autoComplete="off"
          placeholder="https://handler.twilio.com/twiml/EH…"
          onChange={(event) => setFallback(event.target.value)}
        />
      )}
      {error && <FormError>{errorText(error, t)}</FormError>}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {changes.length > 0 && (
          <Button look="primary" disabled={busy} onClick={() => set.mutate(fallback.trim())}>
            {t("lines.webhooks.set", { count: changes.length })}
          </Button>
        )}
        {webhooks.isError && (
          <Button onClick={() => void webhooks.refetch()}>{t("lines.check.again")}</Button>
        )}
        {before && (
          <>
            <Button look="quiet" disabled={busy} onClick={() => undo.mutate()}>
              {t("lines.webhooks.undo", { count: before.changes.length })}
            </Button>
            <span className="text-meta text-ink-soft">
              {t("lines.webhooks.setBy", { name: before.by })} <RelativeTime at={before.at} />
            </span>
          </>
        )}
      </div>
    </div>
  );
}

function Changes({ changes }: { changes: WebhookChange[] }) {
  const { t } = useTranslation();
  return (
    <dl aria-label={t("lines.webhooks.difference")} className="grid gap-3">
      {changes.map(({ place_id, place, parameter, before, after }) => (
        <div key={place_id + parameter} className="min-w-0">
          <dt className="text-list">
            <span className="font-medium">{parameter}</span>{" "}
            <span className="text-ink-soft">{place || place_id}</span>
          </dt>
          <dd className="mt-0.5 grid gap-0.5 font-mono text-meta">
            <del className="break-all text-ink-faint">{before || t("lines.webhooks.nothing")}</del>
            <ins className="flex gap-1 break-all no-underline">
              <ArrowRight aria-hidden className="mt-0.5 size-3 shrink-0 text-ink-faint" />
              <span className="min-w-0">{after || t("lines.webhooks.nothing")}</span>
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
