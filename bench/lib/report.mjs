/**
 * How a benchmark speaks: one JSON object per line on standard output for programs, a table on standard
 * error for people.
 */
import { median } from "./statistics.mjs";

/**
 * One comparison over interleaved rounds, each ratio taken within its round.
 *
 * @param {{name: string, ours: number[], reference: number[], referenceName: string, bar?: number}} rounds
 */
export function compare({ name, ours, reference, referenceName, bar = null, ...more }) {
  const ratios = ours.map((value, round) => value / reference[round]);
  return {
    name,
    ours: rounded(median(ours)),
    reference: rounded(median(reference)),
    reference_name: referenceName,
    ratio: rounded(median(ratios)),
    worst_ratio: rounded(Math.min(...ratios)),
    bar,
    rounds: ours.length,
    ...more,
  };
}

/** Three digits after the point are more than any of this is worth. */
export function rounded(value) {
  return Math.round(value * 1000) / 1000;
}

/** Prints rows as they are, one per line, and as a table. */
export function report(rows) {
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  const columns = ["name", "ours", "reference", "ratio", "worst", "bar", "against"];
  const cells = rows.map((row) => [
    row.name,
    shown(row.ours),
    shown(row.reference),
    shown(row.ratio),
    shown(row.worst_ratio),
    shown(row.bar),
    row.reference_name,
  ]);
  process.stderr.write(table([columns, ...cells]));
}

function shown(value) {
  if (value === null || value === undefined) return "–";
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(rounded(value));
}

function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const pad = (cell, column) =>
    column === 0 || column === widths.length - 1
      ? cell.padEnd(widths[column])
      : cell.padStart(widths[column]);
  return lines.map((line) => `${line.map(pad).join("  ").trimEnd()}\n`).join("");
}
