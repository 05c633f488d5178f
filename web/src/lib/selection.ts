/** What is chosen: some by name, or everything that the filter finds, loaded or not. */
export type Selection = { all: true } | { all: false; ids: ReadonlySet<string> };

export const nothing: Selection = { all: false, ids: new Set() };

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.all || selection.ids.has(id);

export const countOf = (selection: Selection, total: number): number =>
  selection.all ? total : selection.ids.size;

/** One more or one fewer. Taken out of "everything", what remains are those one can see. */
export function toggled(selection: Selection, id: string, loaded: readonly string[]): Selection {
  const ids = new Set(selection.all ? loaded : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { all: false, ids };
}

/** All that one can see, or none of it. */
export function toggledLoaded(selection: Selection, loaded: readonly string[]): Selection {
  return loadedState(selection, loaded) === "all" ? nothing : { all: false, ids: new Set(loaded) };
}

/** How much of what one can see is chosen: for the box above the list. */
export function loadedState(selection: Selection, loaded: readonly string[]): "none" | "some" | "all" {
  const chosen = loaded.filter((id) => isSelected(selection, id)).length;
  if (chosen === 0) return "none";
  return chosen === loaded.length ? "all" : "some";
}

/** What is gone cannot be chosen any more. */
export function narrowedTo(selection: Selection, loaded: readonly string[]): Selection {
  if (selection.all) return selection;
  const ids = new Set(loaded.filter((id) => selection.ids.has(id)));
  return ids.size === selection.ids.size ? selection : { all: false, ids };
}
