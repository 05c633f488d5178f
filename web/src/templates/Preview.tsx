import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { TemplatePreviewRequest, VariantPreview } from "@/api/types";
import { countSegments } from "@/composer/segments";
import { useDebounced } from "@/lib/useDebounced";
import { useInstallation } from "@/session/session";
import { Choice } from "@/ui/Choice";
import { TextField } from "@/ui/Field";

import { everyChannel, inputOf, previewValues, type TemplateDraft } from "./form";
import { previewQuery } from "./templates";
import { TestSend } from "./TestSend";
import { UnfitValues } from "./UnfitValues";

const typingPauseMs = 300;

/** What a customer will read, with values one can try; each variant with its length and what it misses. */
export function Preview({ draft }: { draft: TemplateDraft }) {
  const { t } = useTranslation();
  const { simulator } = useInstallation();
  const [tried, setTried] = useState<Record<string, string>>({});
  const [channel, setChannel] = useState<string>(everyChannel);
  const { variants, variables } = inputOf(draft);
  const channels = [...new Set([everyChannel, ...variants.flatMap(({ bodies }) => Object.keys(bodies))])];
  const values = previewValues(draft.variables, tried);
  const whole: TemplatePreviewRequest = {
    variants,
    variables,
    values,
    ...(channel !== everyChannel && { channel }),
  };
  const settled = useDebounced(JSON.stringify(whole), typingPauseMs);
  const request = JSON.parse(settled) as TemplatePreviewRequest;
  const written = request.variants?.some(({ bodies }) => Object.keys(bodies).length > 0) ?? false;
  const { data, isError } = useQuery({ ...previewQuery(request), enabled: written });
  const shown = written ? (data ?? []) : [];
  return (
    <aside aria-label={t("templates.preview")} className="grid content-start gap-4 three:sticky three:top-0">
      <h3 className="text-list font-medium">{t("templates.preview")}</h3>
      {channels.length > 1 && (
        <Choice
          legend={t("templates.channel")}
          hideLegend
          value={channels.includes(channel) ? channel : everyChannel}
          onChange={setChannel}
          options={channels.map((value) => ({
            value,
            label: value === everyChannel ? t("templates.everyChannel") : value.toUpperCase(),
          }))}
        />
      )}
      {!written && <p className="text-list text-ink-soft">{t("templates.previewEmpty")}</p>}
      {isError && <p className="text-list text-danger">{t("templates.previewFailed")}</p>}
      {shown.map((variant, index) => (
        <PreviewBubble
          key={`${variant.name} ${index}`}
          variant={variant}
          named={shown.length > 1}
          simulator={simulator}
        />
      ))}
      {draft.variables.some(({ name }) => name.trim()) && (
        <details open className="border-t pt-3">
          <summary className="text-list font-medium">{t("templates.tryValues")}</summary>
          <div className="mt-2 grid gap-3">
            {draft.variables
              .filter(({ name }) => name.trim())
              .map(({ key, name, label, example }) => (
                <TextField
                  key={key}
                  label={label || name}
                  value={tried[name.trim()] ?? example}
                  onChange={(event) => setTried({ ...tried, [name.trim()]: event.target.value })}
                />
              ))}
          </div>
        </details>
      )}
    </aside>
  );
}

type BubbleProps = { variant: VariantPreview; named: boolean; simulator: boolean };

function PreviewBubble({ variant, named, simulator }: BubbleProps) {
  const { t } = useTranslation();
  const { name, body, missing, unknown, unfit } = variant;
  const count = countSegments(body);
  const marks = [...new Set([...missing, ...unknown])];
  return (
    <div>
      {named && <p className="mb-1 text-meta font-medium text-ink-soft">{name}</p>}
      <p dir="auto" className="w-fit max-w-full rounded-bubble bg-bubble-out px-3 py-1.5 user-text">
        {body}
      </p>
      <p className="mt-1 flex flex-wrap items-center gap-x-3 text-meta text-ink-soft tabular">
        <span>
          {t("composer.segments", { count: count.segments })} ·{" "}
          {t("templates.left", { count: count.unitsLeft })}
        </span>
        {simulator && marks.length + unfit.length === 0 && <TestSend body={body} />}
      </p>
      {marks.length > 0 && (
        <p className="mt-1 flex flex-wrap items-center gap-1 text-meta text-warning">
          {t("templates.missing")}
          {marks.map((mark) => (
            <code key={mark} className="rounded-sm bg-warning-soft px-1 font-mono">
              {mark}
            </code>
          ))}
        </p>
      )}
      <UnfitValues values={unfit} />
    </div>
  );
}
