import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "@/api/client";
import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import type { LineInfo, MessageState } from "@/api/types";
import { mailAddress } from "@/phone/mailAddress";
import { simulatorQuery } from "@/phone/simulator";
import { StatusMark } from "@/thread/StatusMark";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";

/** After one of these nothing more is to be expected. */
const ended: readonly MessageState[] = ["delivered", "read", "undelivered", "failed", "canceled"];
const lookAgainMs = 1_000;

/** A text to a number of one's own, through the same rules as every other, watched until it has arrived. */
export function TestText({ line }: { line: Pick<LineInfo, "id" | "simulated" | "channel"> }) {
  const { t } = useTranslation();
  const phones = useId();
  const isEmail = line.channel === "email";
  const { data: simulator } = useQuery({ ...simulatorQuery, enabled: line.simulated });
  const recipients = simulator?.phones.map((phone) => ({
    name: phone.name,
    address: isEmail ? mailAddress(phone) : phone.number,
  }));
  const send = useMutation({
    mutationFn: ({ to, body }: { to: string; body: string }) =>
      call(
        api.POST("/api/messages", {
          params: { header: { "Idempotency-Key": crypto.randomUUID() } },
          body: {
            to,
            body,
            line_id: line.id,
            purpose: "transactional",
            ...(isEmail && { subject: t("lines.test.subject") }),
          },
        }),
      ),
  });
  const fields = send.error instanceof ApiError ? send.error.fields : {};
  return (
    <div className="grid gap-4 border-t pt-4">
      <Form
        onSubmit={(form) => send.mutate({ to: formText(form, "to").trim(), body: formText(form, "body") })}
      >
        <TextField
          label={t("lines.test.to")}
          name="to"
          type={isEmail ? "email" : "tel"}
          required
          list={phones}
          autoComplete={isEmail ? "email" : "tel"}
          hint={t(
            line.simulated
              ? "lines.test.simulatedHint"
              : isEmail
                ? "lines.test.toEmailHint"
                : "lines.test.toHint",
          )}
          {...(recipients?.[0] && { defaultValue: recipients[0].address })}
          key={simulator ? "ready" : "asking"}
          error={fields["to"]}
        />
        <datalist id={phones}>
          {recipients?.map(({ address, name }) => (
            <option key={address} value={address}>
              {name}
            </option>
          ))}
        </datalist>
        <TextField
          label={t("lines.test.body")}
          name="body"
          required
          maxLength={300}
          defaultValue={t("lines.test.words")}
          error={fields["body"]}
        />
        {send.error && Object.keys(fields).length === 0 && <FormError>{errorText(send.error, t)}</FormError>}
        <div>
          <Button type="submit" look="primary" disabled={send.isPending}>
            {t("lines.test.send")}
          </Button>
        </div>
      </Form>
      {send.data && <Progress id={send.data.id} conversation={send.data.conversation_id} />}
    </div>
  );
}

function Progress({ id, conversation }: { id: string; conversation: string }) {
  const { t } = useTranslation();
  const { data: message } = useQuery({
    queryKey: ["test-text", id],
    queryFn: () => call(api.GET("/api/messages/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && ended.includes(state.data.state) ? false : lookAgainMs),
  });
  if (!message) return <div className="h-4 w-1/3 skeleton" />;
  return (
    <div className="grid gap-1 text-list" role="status">
      <p className="flex items-center gap-2">
        <StatusMark state={message.state} />
        <span aria-hidden className="font-medium">
          {t(`messageState.${message.state}`)}
        </span>
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: conversation }}
          className="rounded-sm text-accent-text underline underline-offset-2"
        >
          {t("lines.test.open")}
        </Link>
      </p>
      {message.error && <p className="text-danger">{message.error.text}</p>}
    </div>
  );
}
