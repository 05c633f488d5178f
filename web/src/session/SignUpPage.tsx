import { useTranslation } from "react-i18next";

import { AuthLayout } from "./AuthLayout";
import { SignUpForm } from "./SignUpForm";

/** The very first page of a new installation: whoever fills it in owns it. */
export function SignUpPage() {
  const { t } = useTranslation();
  return (
    <AuthLayout title={t("session.signUpTitle")} text={t("session.signUpText")}>
      <SignUpForm />
    </AuthLayout>
  );
}
