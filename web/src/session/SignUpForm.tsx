import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";
import { formText } from "@/ui/formText";

import { useSignUp } from "./session";

const shortestPassword = 8;

/** Creates an account: the first owner's, or an invited person's whose email is already known. */
export function SignUpForm({ invitation, email }: { invitation?: string; email?: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signUp = useSignUp();
  const fields = signUp.error instanceof ApiError ? signUp.error.fields : {};
  const submit = (form: FormData): void =>
    signUp.mutate(
      {
        name: formText(form, "name").trim(),
        email: formText(form, "email").trim(),
        password: formText(form, "password"),
        ...(invitation && { invitation }),
      },
      { onSuccess: () => void navigate({ to: "/inbox", replace: true }) },
    );
  return (
    <Form onSubmit={submit}>
      <TextField
        label={t("session.name")}
        name="name"
        autoComplete="name"
        required
        autoFocus
        error={fields["name"]}
      />
      <TextField
        label={t("session.email")}
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={email}
        readOnly={email !== undefined}
        error={fields["email"]}
      />
      <TextField
        label={t("session.password")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={shortestPassword}
        hint={t("session.passwordHint", { count: shortestPassword })}
        error={fields["password"]}
      />
      {signUp.error && Object.keys(fields).length === 0 && (
        <FormError>{errorText(signUp.error, t)}</FormError>
      )}
      <Button type="submit" look="primary" disabled={signUp.isPending} className="min-h-10">
        {t("session.createAccount")}
      </Button>
    </Form>
  );
}
