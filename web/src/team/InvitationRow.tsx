import { Copy, Link2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Invitation } from "@/api/types";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";
import { useCopyLink } from "@/ui/useCopyLink";

import { useInvite, useWithdrawInvitation } from "./team";

/** An invitation that waits. Its link is not kept anywhere; inviting again makes a new one. */
export function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const withdraw = useWithdrawInvitation();
  const complain = (error: Error): void => showToast(errorText(error, t));
  return (
    <>
      <span className="min-w-0 flex-1 basis-52">
        <span className="block font-medium wrap-anywhere">{invitation.email}</span>
        <span className="block text-list text-ink-soft">
          {t(`team.roles.${invitation.role}`)} · {t("team.expires")}{" "}
          <RelativeTime at={invitation.expires_at} />
        </span>
      </span>
      <LinkButton invitation={invitation} onError={complain} />
      <Button
        look="danger"
        disabled={withdraw.isPending}
        onClick={() => withdraw.mutate(invitation.id, { onError: complain })}
      >
        {t("team.withdraw")}
      </Button>
    </>
  );
}

type LinkProps = { invitation: Invitation; onError: (error: Error) => void };

function LinkButton({ invitation: { email, role, url }, onError }: LinkProps) {
  const { t } = useTranslation();
  const invite = useInvite();
  const copy = useCopyLink();
  if (url) {
    return (
      <Button onClick={() => copy(url)}>
        <Copy aria-hidden className="size-4" />
        {t("team.copyLink")}
      </Button>
    );
  }
  const renew = (): void =>
    invite.mutate({ email, role }, { onSuccess: (fresh) => fresh.url && copy(fresh.url), onError });
  return (
    <Button disabled={invite.isPending} onClick={renew}>
      <Link2 aria-hidden className="size-4" />
      {t("team.newLink")}
    </Button>
  );
}
