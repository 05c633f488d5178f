import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Session } from "@/api/types";
import { errorText } from "@/api/errorText";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { Rows } from "./Rows";
import { Section } from "@/ui/Section";
import { sessionsQuery, useRevokeSession } from "./sessions";
import { describeUserAgent } from "./userAgent";

/** Where one is signed in, and a way to end it there. */
export function SessionsPage() {
  const { t } = useTranslation();
  const sessions = useQuery(sessionsQuery);
  return (
    <Section title={t("settings.sessions.title")} text={t("settings.sessions.text")}>
      <Rows query={sessions} label={t("settings.sessions.title")} empty="">
        {(session) => <SessionRow session={session} />}
      </Rows>
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTranslation();
  const revoke = useRevokeSession();
  const device = describeUserAgent(session.user_agent);
  return (
    <>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium" title={session.user_agent ?? undefined}>
          {device ? t("settings.sessions.device", device) : t("settings.sessions.unknownDevice")}
        </span>
        <span className="block text-list text-ink-soft">
          {t("settings.sessions.lastSeen")} <RelativeTime at={session.last_seen_at} />
        </span>
      </span>
      {session.current ? (
        <span className="text-list text-success">{t("settings.sessions.thisOne")}</span>
      ) : (
        <Button
          look="danger"
          disabled={revoke.isPending}
          onClick={() => revoke.mutate(session.id, { onError: (error) => showToast(errorText(error, t)) })}
        >
          {t("settings.sessions.revoke")}
        </Button>
      )}
    </>
  );
}
