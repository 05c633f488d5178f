/** Lists that come page by page: how they are asked for, and how news is put into what has been loaded. */
import type { InfiniteData } from "@tanstack/react-query";

const pageSize = 50;

/** What every list's query says of its pages; each names the next one. */
export const byPages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined,
};

/** The part of a request that asks for one page: the first, or the one behind a cursor. */
export const onePage = (cursor: string | undefined) => ({ limit: pageSize, ...(cursor && { cursor }) });

type Item = { id: string };
type Page<T> = { items: T[]; next_cursor?: string | null };
export type Pages<P> = InfiniteData<P, string | undefined>;

export function findItem<T extends Item>(list: Pages<Page<T>> | undefined, id: string): T | undefined {
  for (const page of list?.pages ?? []) {
    const found = page.items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

/** The list with an item in the place of the one with its id. */
export function withReplaced<T extends Item, P extends Page<T>>(list: Pages<P>, news: T): Pages<P> {
  return changed(list, news.id, (items) => items.map((item) => (item.id === news.id ? news : item)));
}

export function withoutItem<T extends Item, P extends Page<T>>(list: Pages<P>, id: string): Pages<P> {
  return changed<T, P>(list, id, (items) => items.filter((item) => item.id !== id));
}

/** Pages without the item stay the same objects: what shows them need not be drawn again. */
function changed<T extends Item, P extends Page<T>>(
  list: Pages<P>,
  id: string,
  change: (items: T[]) => T[],
): Pages<P> {
  const pages = list.pages.map((page) =>
    page.items.some((item) => item.id === id) ? { ...page, items: change(page.items) } : page,
  );
  return { ...list, pages };
}

/** The list with a new item at its place. What belongs behind everything that is loaded waits for its page. */
export function withInserted<T extends Item, P extends Page<T>>(
  list: Pages<P>,
  news: T,
  standsBefore: (news: T, other: T) => boolean,
): Pages<P> {
  for (const [index, page] of list.pages.entries()) {
    const at = page.items.findIndex((item) => standsBefore(news, item));
    const isEnd = index === list.pages.length - 1 && page.next_cursor == null;
    if (at < 0 && !isEnd) continue;
    const items = at < 0 ? [...page.items, news] : page.items.toSpliced(at, 0, news);
    return { ...list, pages: list.pages.with(index, { ...page, items }) };
  }
  return list;
}
