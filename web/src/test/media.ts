import { vi } from "vitest";

/** What media queries answer: on a wide screen those of the app match, on a phone none does. */
export function mediaQueriesMatch(matches: boolean): void {
  vi.stubGlobal("matchMedia", () => ({
    matches,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
}
