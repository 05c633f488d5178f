import { useQuery } from "@tanstack/react-query";
import { UserRoundPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { mayManageTeam, useUser } from "@/session/session";
import { Rows } from "@/settings/Rows";
import { Section } from "@/ui/Section";
import { Button } from "@/ui/Button";

import { InvitationRow } from "./InvitationRow";
import { InviteDialog } from "./InviteDialog";
import { invitationsQuery, usersQuery } from "./team";
import { UserRow } from "./UserRow";

/** Who works here, what they may do, and who has been invited. */
export function TeamPage() {
  const { t } = useTranslation();
  const manages = mayManageTeam(useUser());
  const users = useQuery(usersQuery);
  const [inviting, setInviting] = useState(false);
  return (
    <>
      <Section
        title={t("settings.team.title")}
        text={t("settings.team.text")}
        action={
          manages && (
            <Button look="primary" onClick={() => setInviting(true)}>
              <UserRoundPlus aria-hidden className="size-4" />
              {t("team.invite")}
            </Button>
          )
        }
      >
        <Rows query={users} label={t("settings.team.title")} empty="">
          {(user) => <UserRow user={user} />}
        </Rows>
      </Section>
      {manages && <Invitations />}
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </>
  );
}

function Invitations() {
  const { t } = useTranslation();
  const invitations = useQuery(invitationsQuery);
  return (
    <Section title={t("team.invitations")} text={t("team.invitationsText")}>
      <Rows query={invitations} label={t("team.invitations")} empty={t("team.noInvitations")}>
        {(invitation) => <InvitationRow invitation={invitation} />}
      </Rows>
    </Section>
  );
}
