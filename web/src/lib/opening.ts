/** About as many characters as stand on a line of the thread. */
const lineLength = 72;
/** A text is not cut for the sake of so few lines more. */
const spare = 6;

/** The beginning of a long text, cut where a line or a word ends; none of a text that is short enough as it is. */
export function opening(text: string, lines = 14): string | undefined {
  const heights = text.split("\n").map((line) => Math.max(1, Math.ceil(line.length / lineLength)));
  const whole = heights.reduce((sum, height) => sum + height, 0);
  if (whole <= lines + spare) return undefined;
  let left = lines;
  const kept: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const height = heights[index] ?? 1;
    if (height > left) {
      if (left > 0) kept.push(words(line, left * lineLength));
      break;
    }
    kept.push(line);
    left -= height;
  }
  return `${kept.join("\n").trimEnd()} …`;
}

/** As many whole words as fit; of a word that is longer than that, its beginning. */
function words(line: string, length: number): string {
  const cut = line.slice(0, length);
  const space = cut.lastIndexOf(" ");
  // Half a surrogate pair is no character.
  return space > 0 ? cut.slice(0, space) : cut.replace(/[\uD800-\uDBFF]$/, "");
}
