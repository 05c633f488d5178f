/** What stands after a slash at the beginning of the last line: the writer looks for a template. */
export function slashQuery(text: string): string | undefined {
  return /(?:^|\n)\/([^\n/]{0,60})$/.exec(text)?.[1];
}

/** The text with the template in place of the slash and what was typed after it. */
export function withTemplate(text: string, body: string): string {
  const start = text.lastIndexOf("/");
  return (slashQuery(text) === undefined ? text : text.slice(0, start)) + body;
}

type Named = { name: string; variants: readonly { bodies: Readonly<Record<string, string>> }[] };

const shown = 8;

/** Names that begin with the query first, then names and texts that hold it. */
export function matching<T extends Named>(templates: readonly T[], query: string): T[] {
  const wanted = query.trim().toLocaleLowerCase();
  const rank = ({ name, variants }: T): number => {
    const lower = name.toLocaleLowerCase();
    if (lower.startsWith(wanted)) return 0;
    if (lower.includes(wanted)) return 1;
    const texts = variants.flatMap(({ bodies }) => Object.values(bodies));
    return texts.some((text) => text.toLocaleLowerCase().includes(wanted)) ? 2 : 3;
  };
  return templates
    .map((template) => ({ template, rank: rank(template) }))
    .filter((entry) => entry.rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, shown)
    .map(({ template }) => template);
}
