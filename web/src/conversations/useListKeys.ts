import { useShortcut } from "@/keyboard/useShortcut";

/** The row that has the focus, if one has. */
export function focusedRow(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["row"];
}

/** Puts the focus on a row, at once if it is there; it may have to be scrolled into being first. */
export function focusRow(id: string): void {
  const row = (): HTMLElement | null => document.querySelector(`[data-row="${CSS.escape(id)}"]`);
  if (row()) row()?.focus();
  else requestAnimationFrame(() => row()?.focus());
}

/** j and k (or arrows) move the focus through the list; Enter opens, because rows are links. */
export function useListKeys(
  ids: string[],
  openId: string | undefined,
  scrollTo: (index: number) => void,
): void {
  const move = (step: number): boolean => {
    const from = ids.indexOf(focusedRow() ?? openId ?? "");
    const next = from < 0 ? 0 : from + step;
    const id = ids[next];
    if (id === undefined) return false;
    scrollTo(next);
    focusRow(id);
    return true;
  };
  useShortcut("list.next", () => move(1));
  useShortcut("list.previous", () => move(-1));
}
