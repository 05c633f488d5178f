import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/errors";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { formText } from "@/ui/formText";
import { Form } from "@/ui/Form";
import { FormError } from "@/ui/FormError";

import { AuthLayout } from "./AuthLayout";
import { safeReturnPath } from "./returnPath";
import { useInstallation, useSignIn } from "./session";

export function SignInPage() {
  const { t } = useTranslation();
  const { name } = useInstallation();
  const search = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const signIn = useSignIn();
  const submit = (form: FormData): void =>
    signIn.mutate(
      { email: formText(form, "email").trim(), password: formText(form, "password") },
      { onSuccess: () => void navigate({ to: safeReturnPath(search.return), replace: true }) },
    );
  const wrong = signIn.error instanceof ApiError && signIn.error.code === "wrong_credentials";
  return (
    <AuthLayout title={t("session.signInTitle", { name })}>
      <Form onSubmit={submit}>
        <TextField
          label={t("session.email")}
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
        <TextField
          label={t("session.password")}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {signIn.error && (
          <FormError>{wrong ? t("session.wrongCredentials") : errorText(signIn.error, t)}</FormError>
        )}
        <Button type="submit" look="primary" disabled={signIn.isPending} className="min-h-10">
          {t("session.signIn")}
        </Button>
      </Form>
    </AuthLayout>
  );
}
