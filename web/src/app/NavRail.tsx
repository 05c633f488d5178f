import { Link, type LinkProps } from "@tanstack/react-router";
import { ContactRound, Inbox, type LucideIcon, Settings, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ShortcutId } from "@/keyboard/catalogue";
import { useInstallation } from "@/session/session";
import { hint } from "@/ui/hint";
import { Logo } from "@/ui/Logo";

import { UserMenu } from "./UserMenu";

type Entry = {
  to: NonNullable<LinkProps["to"]>;
  icon: LucideIcon;
  name: "inbox" | "contacts" | "phone" | "settings";
};

/** The way between the pages: a rail at the side, a bar below on phones. */
export function NavRail() {
  const { t } = useTranslation();
  const { simulator } = useInstallation();
  const entries: Entry[] = [
    { to: "/inbox", icon: Inbox, name: "inbox" },
    { to: "/contacts", icon: ContactRound, name: "contacts" },
    ...(simulator ? [{ to: "/phone", icon: Smartphone, name: "phone" } as const] : []),
    { to: "/settings", icon: Settings, name: "settings" },
  ];
  return (
    <nav
      aria-label={t("nav.label")}
      className="flex items-center justify-around border-t bg-canvas px-2 py-1 safe-bottom two:h-full two:w-14 two:flex-col two:justify-start two:gap-1 two:border-e two:border-t-0 two:px-0 two:py-3"
    >
      <Logo className="mb-3 hidden size-8 two:block" />
      {entries.map((entry) => (
        <NavLink key={entry.name} {...entry} label={t(`nav.${entry.name}`)} shortcut={`go.${entry.name}`} />
      ))}
      <div className="two:mt-auto">
        <UserMenu />
      </div>
    </nav>
  );
}

function NavLink({ to, icon: Icon, label, shortcut }: Entry & { label: string; shortcut: ShortcutId }) {
  return (
    <Link
      to={to}
      aria-label={label}
      {...hint(label, shortcut, "right")}
      activeProps={{ "aria-current": "page" }}
      className="flex min-h-11 min-w-14 flex-col items-center justify-center gap-0.5 rounded-md text-ink-soft transition-colors hover:bg-hover hover:text-ink aria-[current=page]:text-accent-text two:size-10 two:min-h-0 two:min-w-0 two:aria-[current=page]:bg-selected"
    >
      <Icon aria-hidden className="size-5" strokeWidth={1.75} />
      <span aria-hidden className="text-meta two:hidden">
        {label}
      </span>
    </Link>
  );
}
