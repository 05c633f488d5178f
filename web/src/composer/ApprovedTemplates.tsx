import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { contentQuery, filledContent, isApproved, useSendContent } from "@/templates/content";
import { QuickReplies } from "@/thread/MessageExtras";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Field";
import { showToast } from "@/ui/toasts";

type Props = { conversationId: string; lineId: string };

/** The way out when WhatsApp's window is closed: a template that it has approved. */
export function ApprovedTemplates(props: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        {t("composer.chooseApproved")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("composer.chooseApproved")}>
        <SendForm {...props} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function SendForm({ conversationId, lineId, onDone }: Props & { onDone: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(contentQuery);
  const send = useSendContent(conversationId);
  const [key] = useState(() => crypto.randomUUID());
  const [chosen, choose] = useState<string>();
  const [values, setValues] = useState<Record<string, string>>({});
  const usable = data?.filter((each) => isApproved(each) && each.line_id === lineId) ?? [];
  const template = usable.find(({ id }) => id === chosen) ?? usable[0];
  if (!template) return <p className="text-ink-soft">{t("composer.noApproved")}</p>;
  const ready = template.variables.every((name) => values[name]?.trim());
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const used = Object.fromEntries(template.variables.map((name) => [name, values[name] ?? ""]));
        send.mutate(
          { key, template: template.id, values: used },
          { onSuccess: onDone, onError: (error) => showToast(errorText(error, t)) },
        );
      }}
    >
      <SelectField
        label={t("composer.approvedTemplate")}
        value={template.id}
        options={usable.map(({ id, name, language }) => ({ value: id, label: `${name} (${language})` }))}
        onChange={(event) => choose(event.target.value)}
      />
      {template.variables.map((name) => {
        const sample = template.samples[name];
        return (
          <TextField
            key={name}
            label={t("composer.templateValue", { place: `{{${name}}}` })}
            value={values[name] ?? ""}
            autoComplete="off"
            hint={sample ? t("composer.example", { example: sample }) : undefined}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        );
      })}
      <div className="w-fit max-w-full">
        <p dir="auto" className="rounded-bubble bg-bubble-out px-3 py-1.5 user-text">
          {filledContent(template.body ?? "", values)}
        </p>
        <QuickReplies content={template} />
      </div>
      <Button type="submit" look="primary" className="justify-self-end" disabled={!ready || send.isPending}>
        {t("composer.sendTemplate")}
      </Button>
    </form>
  );
}
