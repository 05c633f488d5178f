import { type ShortcutId, shortcuts } from "./catalogue";

/** Returns false when there was nothing to do, so that whoever bound the shortcut before gets a turn. */
export type ShortcutHandler = () => boolean | undefined;

const sequenceTimeoutMs = 1000;

/**
 * Decides which shortcut a key press means. It never fires while someone types, while a dialog is open, with
 * Alt held or during text composition (IME), and leaves arrows and Enter to the control that has the focus.
 */
export class ShortcutRegistry {
  readonly #handlers = new Map<ShortcutId, ShortcutHandler[]>();
  #pauses = 0;
  #prefix = "";
  #prefixAt = 0;

  /** The latest binding of a shortcut wins. Returns the way to unbind. */
  bind(id: ShortcutId, handler: ShortcutHandler): () => void {
    const stack = this.#handlers.get(id) ?? [];
    stack.push(handler);
    this.#handlers.set(id, stack);
    return () => {
      stack.splice(stack.indexOf(handler), 1);
    };
  }

  /** Switches everything off until the returned function is called; dialogs do this. */
  pause(): () => void {
    this.#pauses += 1;
    let ended = false;
    return () => {
      if (!ended) this.#pauses -= 1;
      ended = true;
    };
  }

  /** Does what the shortcut would do, for menus. Says whether there was anything to do. */
  run(id: ShortcutId): boolean {
    return (this.#handlers.get(id) ?? []).toReversed().some((handler) => handler() !== false);
  }

  handle(event: KeyboardEvent): void {
    if (this.#pauses > 0 || event.defaultPrevented || event.isComposing || event.altKey) return;
    if (isTyping(event.target) || !mayAct(event)) return;
    const pressed = keyOf(event);
    const sequence = this.#continuesSequence(event.timeStamp) ? `${this.#prefix} ${pressed}` : pressed;
    this.#prefix = "";
    if (this.#act(sequence) || (sequence !== pressed && this.#act(pressed))) {
      event.preventDefault();
    } else if (this.#startsSequence(pressed)) {
      this.#prefix = pressed;
      this.#prefixAt = event.timeStamp;
    }
  }

  #continuesSequence(at: number): boolean {
    return this.#prefix !== "" && at - this.#prefixAt < sequenceTimeoutMs;
  }

  #startsSequence(pressed: string): boolean {
    return this.#ids((keys) => keys.startsWith(`${pressed} `)).length > 0;
  }

  #act(pressed: string): boolean {
    return this.#ids((keys) => keys === pressed).some((id) => this.run(id));
  }

  #ids(matches: (keys: string) => boolean): ShortcutId[] {
    return [...this.#handlers.keys()].filter((id) => shortcuts[id].keys.some(matches));
  }
}

/** Shift is part of what a printable key says ("?"), so only Ctrl and Cmd are named. */
function keyOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.metaKey || event.ctrlKey ? `mod+${key}` : key;
}

const typingInputs =
  ":is(input:not([type=checkbox], [type=radio], [type=button], [type=range]), textarea, select)";

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches(`${typingInputs}, [role=textbox]`);
}

/** Arrows and the like belong to the focused control, unless it lends them by `data-keys="navigate"`. */
function mayAct(event: KeyboardEvent): boolean {
  if (event.key.length === 1 && event.key !== " ") return true;
  const target = event.target;
  if (!(target instanceof HTMLElement) || target === document.body) return true;
  return target.closest("[data-keys=navigate]") !== null && event.key.startsWith("Arrow");
}

export const registry = new ShortcutRegistry();
