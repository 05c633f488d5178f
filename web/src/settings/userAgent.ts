/** What a browser calls itself, in two words; enough to recognise one's own devices. */
export function describeUserAgent(
  userAgent: string | null | undefined,
): { browser: string; system: string } | undefined {
  if (!userAgent) return undefined;
  const browser = firstMatch(userAgent, browsers);
  const system = firstMatch(userAgent, systems);
  return browser || system ? { browser: browser ?? "", system: system ?? "" } : undefined;
}

type Names = readonly (readonly [RegExp, string])[];

/** Order matters: most browsers also claim to be the ones below them. */
const browsers: Names = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/curl\//, "curl"],
];

const systems: Names = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Mac OS X/, "macOS"],
  [/Windows/, "Windows"],
  [/Linux/, "Linux"],
];

function firstMatch(text: string, names: Names): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1];
}
