import { expect, test } from "vitest";

import css from "./tokens.css?raw";

/** WCAG 2.2: 4.5 for text (AA), 7 for message text (AAA), 3 for the outlines of controls. */
const AA = 4.5;
const AAA = 7;
const CONTROL = 3;

type Pair = readonly [foreground: string, background: string, least: number];

const pairs: readonly Pair[] = [
  ...["bubble-in", "bubble-out", "surface", "raised"].map((ground) => ["ink", ground, AAA] as const),
  ...["canvas", "surface", "raised", "hover", "selected"].flatMap((ground) =>
    ["ink", "ink-soft", "ink-faint", "accent-text"].map((ink) => [ink, ground, AA] as const),
  ),
  ...["bubble-in", "bubble-out"].flatMap((ground) =>
    ["ink-faint", "accent-text", "danger", "warning"].map((ink) => [ink, ground, AA] as const),
  ),
  ...["danger", "warning", "success"].flatMap((ink) =>
    ["canvas", "surface", "raised", "selected", "hover", `${ink}-soft`].map(
      (ground) => [ink, ground, AA] as const,
    ),
  ),
  ["note", "note-soft", AA],
  ["ink-soft", "accent-soft", AA],
  ["on-accent", "accent", AA],
  ["on-accent", "accent-strong", AA],
  ["surface", "ink", AA],
  ["outline", "raised", CONTROL],
  ["outline", "surface", CONTROL],
  ["accent", "surface", CONTROL],
  ["accent", "canvas", CONTROL],
];

const light = tokens(/:root \{([^}]*)\}/);
const themes = { light, dark: { ...light, ...tokens(/\[data-theme="dark"\] \{([^}]*)\}/) } };

test.each(pairs.flatMap((pair) => (["light", "dark"] as const).map((theme) => [theme, ...pair] as const)))(
  "%s: %s on %s has a contrast of at least %d",
  (theme, foreground, background, least) => {
    expect(
      contrast(color(themes[theme], foreground), color(themes[theme], background)),
    ).toBeGreaterThanOrEqual(least);
  },
);

type Tokens = Record<string, string>;

function tokens(block: RegExp): Tokens {
  const body = block.exec(css)?.[1] ?? "";
  const found: Tokens = {};
  for (const [, name = "", value = ""] of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) found[name] = value;
  return found;
}

/** Linear red, green and blue of an OKLCH colour (CSS Color 4, section 10: OKLab to linear sRGB). */
function color(theme: Tokens, name: string): number[] {
  const text = (theme[name] ?? "").replace(/var\(--([\w-]+)\)/g, (_, used: string) => theme[used] ?? "");
  const [L = 0, C = 0, H = 0] = (/oklch\(([\d. ]+)\)/.exec(text)?.[1] ?? "").split(" ").map(Number);
  if (!text.startsWith("oklch(")) throw new Error(`--${name} is no colour: ${text}`);
  const a = C * Math.cos((H * Math.PI) / 180);
  const b = C * Math.sin((H * Math.PI) / 180);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return rgb.map((channel) => Math.min(1, Math.max(0, channel)));
}

function contrast(a: number[], b: number[]): number {
  const [bright, dim] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

function luminance([r = 0, g = 0, b = 0]: number[]): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
