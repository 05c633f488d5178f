import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps, useNavigate } from "@tanstack/react-router";
import {
  Activity,
  CalendarClock,
  ContactRound,
  Ellipsis,
  Inbox,
  type LucideIcon,
  MailX,
  Settings,
  Smartphone,
  MessageSquareQuote,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { letterGroupsQuery } from "@/deadletters/deadLetters";
import type { ShortcutId } from "@/keyboard/catalogue";
import { useTwoPanes } from "@/lib/useMediaQuery";
import { useInstallation } from "@/session/session";
import { hint } from "@/ui/hint";
import { Logo } from "@/ui/Logo";
import { Menu } from "@/ui/Menu";

import { UserMenu } from "./UserMenu";

type Entry = {
  to: NonNullable<LinkProps["to"]>;
  icon: LucideIcon;
  name:
    "inbox" | "contacts" | "scheduled" | "deadLetters" | "templates" | "operations" | "phone" | "settings";
  /** How many wait there for somebody to decide. */
  count?: number;
};

/** What fits into the bar of a phone; the rest stands in a menu. */
const entriesInBar = 3;

/** The way between the pages: a rail at the side, a bar below on phones. */
export function NavRail() {
  const { t } = useTranslation();
  const entries = useEntries();
  const isRail = useTwoPanes();
  const shown = isRail ? entries : entries.slice(0, entriesInBar);
  return (
    <nav
      aria-label={t("nav.label")}
      className="flex items-center justify-around border-t bg-canvas px-2 py-1 safe-bottom two:h-full two:w-14 two:flex-col two:justify-start two:gap-1 two:border-e two:border-t-0 two:px-0 two:py-3"
    >
      <Logo className="mb-3 hidden size-8 two:block" />
      {shown.map((entry) => (
        <NavLink key={entry.name} {...entry} shortcut={`go.${entry.name}`} />
      ))}
      {!isRail && <More entries={entries.slice(entriesInBar)} />}
      <div className="two:mt-auto">
        <UserMenu />
      </div>
    </nav>
  );
}

function useEntries(): Entry[] {
  const { simulator } = useInstallation();
  const { data: letters } = useQuery(letterGroupsQuery);
  return [
    { to: "/inbox", icon: Inbox, name: "inbox" },
    { to: "/contacts", icon: ContactRound, name: "contacts" },
    { to: "/scheduled", icon: CalendarClock, name: "scheduled" },
    { to: "/dead-letters", icon: MailX, name: "deadLetters", count: letters?.total ?? 0 },
    { to: "/templates", icon: MessageSquareQuote, name: "templates" },
    { to: "/operations", icon: Activity, name: "operations" },
    ...(simulator ? [{ to: "/phone", icon: Smartphone, name: "phone" } as const] : []),
    { to: "/settings", icon: Settings, name: "settings" },
  ];
}

const itemClass =
  "flex min-h-11 min-w-14 flex-col items-center justify-center gap-0.5 rounded-md text-ink-soft transition-colors hover:bg-hover hover:text-ink aria-[current=page]:text-accent-text two:size-10 two:min-h-0 two:min-w-0 two:aria-[current=page]:bg-selected";

function NavLink({ to, icon, name, count = 0, shortcut }: Entry & { shortcut: ShortcutId }) {
  const { t } = useTranslation();
  const label = t(`nav.${name}`);
  return (
    <Link
      to={to}
      aria-label={count > 0 ? t("nav.deadLettersCount", { count }) : label}
      {...hint(label, shortcut, "right")}
      activeProps={{ "aria-current": "page" }}
      className={itemClass}
    >
      <NavIcon icon={icon} badge={count > 0 && shortCount(count)} />
      <span aria-hidden className="text-meta two:hidden">
        {label}
      </span>
    </Link>
  );
}

/** On a phone: the pages that do not fit into the bar. */
function More({ entries }: { entries: Entry[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const waiting = entries.some(({ count = 0 }) => count > 0);
  return (
    <Menu
      side="top"
      label={t("nav.more")}
      trigger={(props) => (
        <button type="button" className={itemClass} {...props}>
          <NavIcon icon={Ellipsis} badge={waiting && ""} />
          <span className="text-meta">{t("nav.more")}</span>
        </button>
      )}
      actions={entries.map(({ to, icon, name, count = 0 }) => ({
        icon,
        label: count > 0 ? `${t(`nav.${name}`)} (${shortCount(count)})` : t(`nav.${name}`),
        onSelect: () => void navigate({ to }),
      }))}
    />
  );
}

/** An icon with what waits behind it: a number, or only a dot. */
function NavIcon({ icon: Icon, badge }: { icon: LucideIcon; badge: string | false }): ReactNode {
  return (
    <span className="relative">
      <Icon aria-hidden className="size-5" strokeWidth={1.75} />
      {badge !== false && (
        <span
          aria-hidden
          className="absolute -end-2.5 -top-2 flex h-4 min-w-4 items-center justify-center rounded-full bg-danger-soft px-1 text-meta leading-none font-semibold text-danger tabular empty:-end-1 empty:-top-0.5 empty:size-2 empty:min-w-0 empty:bg-danger empty:p-0"
        >
          {badge}
        </span>
      )}
    </span>
  );
}

const shortCount = (count: number): string => (count > 99 ? "99+" : String(count));
