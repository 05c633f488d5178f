import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Keyboard, LogOut, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import { registry } from "@/keyboard/registry";
import { endSession, useSignOut, useUser } from "@/session/session";
import { setPreference, useIsDark } from "@/settings/preferences";
import { Avatar } from "@/ui/Avatar";
import { Menu } from "@/ui/Menu";
import { showToast } from "@/ui/toasts";

/** Who is signed in, and the way out. */
export function UserMenu() {
  const { t } = useTranslation();
  const user = useUser();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const isDark = useIsDark();
  const leave = (): void =>
    signOut.mutate(undefined, {
      onSuccess: () => void endSession(client, () => navigate({ to: "/sign-in" })),
      onError: (error) => showToast(errorText(error, t)),
    });
  return (
    <Menu
      side="right"
      label={t("nav.account", { name: user.name })}
      trigger={(props) => (
        <button
          type="button"
          className="flex min-h-11 min-w-14 items-center justify-center rounded-md hover:bg-hover two:size-10 two:min-h-0 two:min-w-0"
          {...props}
        >
          <Avatar id={user.id} name={user.name} size="small" />
          <span className="sr-only">{t("nav.account", { name: user.name })}</span>
        </button>
      )}
      header={
        <div className="max-w-64 px-2 pt-1 pb-2">
          <p dir="auto" className="truncate start-aligned text-list font-medium">
            {user.name}
          </p>
          <p className="truncate text-meta text-ink-soft">{user.email}</p>
        </div>
      }
      actions={[
        {
          icon: isDark ? Sun : Moon,
          label: t(isDark ? "nav.light" : "nav.dark"),
          onSelect: () => setPreference("theme", isDark ? "light" : "dark"),
        },
        {
          icon: Keyboard,
          label: t("nav.shortcuts"),
          shortcut: "help",
          onSelect: () => registry.run("help"),
        },
        { icon: LogOut, label: t("nav.signOut"), onSelect: leave },
      ]}
    />
  );
}
