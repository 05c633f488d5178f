/**
 * What floats: menus, popovers, dialogs, sheets, built on Base UI. Loaded after the first paint (see
 * lazyOverlays.ts), because nothing floats before somebody has done something.
 */
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { Menu as BaseMenu } from "@base-ui/react/menu";
import { Popover as BasePopover } from "@base-ui/react/popover";
import { clsx } from "clsx";
import { Check, X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";

import { shortcuts } from "@/keyboard/catalogue";
import { Keys } from "@/keyboard/Keys";

import { ChannelSign } from "./ChannelSign";
import { iconButtonClass } from "./IconButton";
import type { MenuAction, MenuProps } from "./menuTypes";

type Anchored = { anchor: RefObject<HTMLElement | null>; onClose: () => void };

/** A press on the anchor itself is the anchor's business: its click closes what it opened. */
function closesOn(anchor: Anchored["anchor"], event: Event): boolean {
  return !(event.target instanceof Node && anchor.current?.contains(event.target));
}

const itemClass =
  "flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 text-list outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-10";

export function MenuOverlay({
  anchor,
  onClose,
  label,
  header,
  actions,
  choice,
  side,
  align,
}: Anchored & Omit<MenuProps, "trigger">) {
  return (
    <BaseMenu.Root
      open
      onOpenChange={(open, { event }) => {
        if (!open && closesOn(anchor, event)) onClose();
      }}
    >
      <BaseMenu.Portal>
        <BaseMenu.Positioner
          anchor={anchor}
          side={side ?? "bottom"}
          align={align ?? "end"}
          sideOffset={6}
          collisionPadding={8}
          className="z-40"
        >
          <BaseMenu.Popup
            aria-label={label}
            finalFocus={anchor}
            className="min-w-48 rounded-lg bg-raised p-1 shadow-float outline-none"
          >
            {header}
            {actions?.map((action) => (
              <ActionItem key={action.label} action={action} />
            ))}
            {choice && (
              <BaseMenu.RadioGroup value={choice.value} onValueChange={choice.onChange}>
                {choice.options.map((option) => (
                  <BaseMenu.RadioItem
                    key={option.value}
                    value={option.value}
                    closeOnClick
                    className={itemClass}
                  >
                    <span className="flex size-4 items-center justify-center">
                      <BaseMenu.RadioItemIndicator>
                        <Check aria-hidden className="size-4 text-accent-text" />
                      </BaseMenu.RadioItemIndicator>
                    </span>
                    {option.sign && <ChannelSign channel={option.sign} className="text-ink-soft" />}
                    <span className="min-w-0 flex-1">{option.label}</span>
                    {option.detail && (
                      <span className="max-w-72 text-meta text-ink-faint tabular">{option.detail}</span>
                    )}
                  </BaseMenu.RadioItem>
                ))}
              </BaseMenu.RadioGroup>
            )}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

function ActionItem({ action: { icon: Icon, label, shortcut, onSelect } }: { action: MenuAction }) {
  return (
    <BaseMenu.Item className={itemClass} onClick={onSelect}>
      <Icon aria-hidden className="size-4 shrink-0 opacity-80" />
      <span className="min-w-0 flex-1">{label}</span>
      {shortcut && <Keys keys={shortcuts[shortcut].keys[0]} />}
    </BaseMenu.Item>
  );
}

type PopoverProps = Anchored & {
  label: string;
  children: ReactNode;
  /** Where the focus goes when it closes, if not back to the anchor. */
  returnTo?: RefObject<HTMLElement | null>;
};

export function PopoverOverlay({ anchor, onClose, label, children, returnTo }: PopoverProps) {
  return (
    <BasePopover.Root
      open
      onOpenChange={(open, { event }) => {
        if (!open && closesOn(anchor, event)) onClose();
      }}
    >
      <BasePopover.Portal>
        <BasePopover.Positioner
          anchor={anchor}
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={12}
          className="z-40"
        >
          <BasePopover.Popup
            aria-label={label}
            finalFocus={returnTo ?? anchor}
            className="max-h-[min(28rem,var(--available-height))] w-[min(22rem,calc(100vw-1.5rem))] overflow-y-auto rounded-lg bg-raised p-4 shadow-float outline-none"
          >
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}

type Modal = { open: boolean; onOpenChange: (open: boolean) => void; title: string; children: ReactNode };

function Backdrop() {
  return (
    <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
  );
}

/** In the middle of the page; on a phone a sheet from below. */
export function DialogOverlay({
  open,
  onOpenChange,
  title,
  description,
  children,
}: Modal & { description?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        <Backdrop />
        <BaseDialog.Popup className="fixed inset-x-0 bottom-0 z-40 flex max-h-[90dvh] flex-col rounded-t-lg bg-raised shadow-float transition-[opacity,translate] duration-100 safe-bottom data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0 two:inset-x-0 two:top-[12vh] two:bottom-auto two:mx-auto two:max-h-[76vh] two:w-[30rem] two:rounded-lg">
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <BaseDialog.Title className="text-touch font-semibold">{title}</BaseDialog.Title>
              {description && (
                <BaseDialog.Description className="mt-1 text-list text-ink-soft">
                  {description}
                </BaseDialog.Description>
              )}
            </div>
            <BaseDialog.Close aria-label={t("common.close")} className={iconButtonClass("-mt-1 -mr-2")}>
              <X aria-hidden className="size-4" />
            </BaseDialog.Close>
          </header>
          {/* Long content scrolls, so it has to be reachable by keyboard (WCAG 2.1.1). */}
          <div
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            className="min-h-0 overflow-y-auto overscroll-contain rounded-b-lg px-5 pt-1 pb-5 -outline-offset-2"
          >
            {children}
          </div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** From the end side over the page. */
export function SheetOverlay({ open, onOpenChange, title, children }: Modal) {
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        <Backdrop />
        <BaseDialog.Popup
          aria-label={title}
          className={clsx(
            "fixed inset-y-0 right-0 z-40 flex w-[min(100vw,22rem)] flex-col overflow-y-auto bg-surface shadow-float transition-transform duration-150",
            "safe-bottom safe-top data-ending-style:translate-x-full data-starting-style:translate-x-full",
          )}
        >
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
