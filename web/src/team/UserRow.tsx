import { useTranslation } from "react-i18next";

import type { Role, User } from "@/api/types";
import { errorText } from "@/api/errorText";
import { mayManageTeam, useUser } from "@/session/session";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { fieldClass } from "@/ui/Field";
import { showToast } from "@/ui/toasts";

import { allRoles, useUpdateUser } from "./team";

/** One user. Nobody changes their own role, and only an owner touches an owner: the server says the same. */
export function UserRow({ user }: { user: User }) {
  const { t } = useTranslation();
  const me = useUser();
  const update = useUpdateUser();
  const mayChange = mayManageTeam(me) && user.id !== me.id && (user.role !== "owner" || me.role === "owner");
  const change = (patch: { role?: Role; disabled?: boolean }): void =>
    update.mutate({ id: user.id, ...patch }, { onError: (error) => showToast(errorText(error, t)) });
  return (
    <>
      <Avatar id={user.id} name={user.name} />
      <span className="min-w-0 flex-1 basis-52">
        <span dir="auto" className="block text-start font-medium wrap-anywhere">
          {user.name}
          {user.id === me.id && <span className="ms-2 font-normal text-ink-faint">{t("team.you")}</span>}
        </span>
        <span className="block text-list wrap-anywhere text-ink-soft">{user.email}</span>
        {user.disabled && <span className="block text-list text-warning">{t("team.disabled")}</span>}
      </span>
      {mayChange ? (
        <span className="flex items-center gap-2">
          <select
            aria-label={t("team.roleOf", { name: user.name })}
            value={user.role}
            disabled={update.isPending}
            onChange={(event) => change({ role: event.target.value as Role })}
            className={`${fieldClass} w-36`}
          >
            {allRoles
              .filter((role) => role !== "owner" || me.role === "owner")
              .map((role) => (
                <option key={role} value={role}>
                  {t(`team.roles.${role}`)}
                </option>
              ))}
          </select>
          <Button
            look={user.disabled ? "plain" : "danger"}
            className="min-w-32"
            disabled={update.isPending}
            onClick={() => change({ disabled: !user.disabled })}
          >
            {t(user.disabled ? "team.enable" : "team.disable")}
          </Button>
        </span>
      ) : (
        <span className="text-list text-ink-soft">{t(`team.roles.${user.role}`)}</span>
      )}
    </>
  );
}
