import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/Field";
import { showToast } from "@/ui/toasts";

import { placesIn, useSubmitContent } from "./content";

const categories = ["UTILITY", "MARKETING"] as const;

/** A new template for WhatsApp: written here, judged there. */
export function ApprovedForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const submit = useSubmitContent();
  const [draft, setDraft] = useState({
    name: "",
    language: "en",
    category: "UTILITY",
    body: "",
    buttons: "",
  });
  const [samples, setSamples] = useState<Record<string, string>>({});
  const fields = submit.error instanceof ApiError ? submit.error.fields : {};
  const text = (name: "name" | "language" | "body" | "buttons") => ({
    label: t(`approved.${name}`),
    hint: t(`approved.${name}Hint`),
    value: draft[name],
    error: fields[name],
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  });
  const places = placesIn(draft.body);
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const buttons = draft.buttons.split(",").map((title) => title.trim());
        const given = Object.fromEntries(places.map((name) => [name, samples[name] ?? ""]));
        submit.mutate(
          { ...draft, buttons: buttons.filter(Boolean), samples: given },
          {
            onSuccess: onDone,
            onError: (error) => {
              if (!(error instanceof ApiError) || error.status !== 422) showToast(errorText(error, t));
            },
          },
        );
      }}
    >
      <TextField {...text("name")} />
      <TextField {...text("language")} />
      <SelectField
        label={t("approved.category")}
        value={draft.category}
        options={categories.map((value) => ({ value, label: t(`approved.categories.${value}`) }))}
        onChange={(event) => setDraft({ ...draft, category: event.target.value })}
      />
      <TextField {...text("body")} />
      {places.map((name) => (
        <TextField
          key={name}
          label={t("approved.sample", { place: `{{${name}}}` })}
          value={samples[name] ?? ""}
          error={fields[`samples.${name}`]}
          onChange={(event) => setSamples({ ...samples, [name]: event.target.value })}
        />
      ))}
      <TextField {...text("buttons")} />
      <Button type="submit" look="primary" className="justify-self-end" disabled={submit.isPending}>
        {t("approved.submit")}
      </Button>
    </form>
  );
}
