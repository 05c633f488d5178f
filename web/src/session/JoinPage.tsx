import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { buttonClass } from "@/ui/Button";

import { AuthLayout } from "./AuthLayout";
import { invitationQuery, useInstallation } from "./session";
import { SignUpForm } from "./SignUpForm";

/** Where an invitation's link leads. */
export function JoinPage() {
  const { t } = useTranslation();
  const { token } = useParams({ from: "/join/$token" });
  const { name } = useInstallation();
  const offer = useQuery(invitationQuery(token));
  if (offer.error) {
    return (
      <AuthLayout title={t("session.joinGone")} text={errorText(offer.error, t)}>
        <Link to="/sign-in" className={buttonClass()}>
          {t("session.signIn")}
        </Link>
      </AuthLayout>
    );
  }
  if (!offer.data) return null;
  return (
    <AuthLayout
      title={t("session.joinTitle", { name })}
      text={t("session.joinText", {
        inviter: offer.data.invited_by,
        role: t(`team.roles.${offer.data.role}`),
      })}
    >
      <SignUpForm invitation={token} email={offer.data.email} />
    </AuthLayout>
  );
}
