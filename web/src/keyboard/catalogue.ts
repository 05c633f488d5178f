/**
 * Every shortcut of the app, in one place: the help dialog, the tooltips and (later) the command bar and
 * rebinding all read it. Keys are `KeyboardEvent.key` values; `mod` is Cmd on a Mac and Ctrl elsewhere; a
 * space separates the steps of a sequence. Nothing may use Alt: on many layouts it writes characters.
 */
export const shortcuts = {
  "list.next": { keys: ["j", "ArrowDown"], group: "list" },
  "list.previous": { keys: ["k", "ArrowUp"], group: "list" },
  "list.open": { keys: ["Enter"], group: "list", native: true },
  "list.search": { keys: ["/"], group: "list" },
  "conversation.new": { keys: ["c"], group: "list" },
  "conversation.reply": { keys: ["r"], group: "conversation" },
  "conversation.resolve": { keys: ["e"], group: "conversation" },
  "conversation.unread": { keys: ["u"], group: "conversation" },
  "conversation.panel": { keys: ["i"], group: "conversation" },
  "composer.send": { keys: ["mod+Enter"], group: "conversation", native: true },
  "composer.schedule": { keys: ["mod+Shift+Enter"], group: "conversation", native: true },
  "composer.template": { keys: ["/"], group: "conversation", native: true },
  "composer.leave": { keys: ["Escape"], group: "conversation", native: true },
  "go.inbox": { keys: ["g i"], group: "go" },
  "go.contacts": { keys: ["g c"], group: "go" },
  "go.scheduled": { keys: ["g l"], group: "go" },
  "go.deadLetters": { keys: ["g d"], group: "go" },
  "go.templates": { keys: ["g t"], group: "go" },
  "go.operations": { keys: ["g o"], group: "go" },
  "go.phone": { keys: ["g p"], group: "go" },
  "go.settings": { keys: ["g s"], group: "go" },
  help: { keys: ["?"], group: "go" },
} as const satisfies Record<string, Shortcut>;

type Shortcut = {
  keys: readonly [string, ...string[]];
  group: ShortcutGroup;
  /** Handled by the element itself (a link, the composer); listed here for the reader only. */
  native?: boolean;
};

export type ShortcutGroup = "list" | "conversation" | "go";
export type ShortcutId = keyof typeof shortcuts;

export const shortcutGroups: readonly ShortcutGroup[] = ["list", "conversation", "go"];

export function shortcutsIn(group: ShortcutGroup): ShortcutId[] {
  return (Object.keys(shortcuts) as ShortcutId[]).filter((id) => shortcuts[id].group === group);
}
