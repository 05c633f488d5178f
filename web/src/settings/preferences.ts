import { parseStored, browserStorage } from "@/lib/storage";
import { createStore, useStore } from "@/lib/store";
import { useMediaQuery } from "@/lib/useMediaQuery";

/** What one person chose on this device. Kept in the browser; `public/theme.js` reads the same entry. */
export type Preferences = {
  theme: "system" | "light" | "dark";
  sendKey: "mod-enter" | "enter";
  density: "comfortable" | "compact";
  listWidth: number;
  panelOpen: boolean;
};

const storageKey = "trunkline.preferences";

export const listWidthRange = { min: 260, max: 480 } as const;

const defaults: Preferences = {
  theme: "system",
  sendKey: "mod-enter",
  density: "comfortable",
  listWidth: 336,
  panelOpen: true,
};

const isStored = (value: unknown): value is Partial<Preferences> =>
  typeof value === "object" && value !== null;

const preferences = createStore<Preferences>({
  ...defaults,
  ...parseStored(browserStorage.read(storageKey), isStored),
});

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  preferences.set({ ...preferences.get(), [name]: value });
  browserStorage.write(storageKey, JSON.stringify(preferences.get()));
}

export const usePreferences = (): Preferences => useStore(preferences);

const systemIsDark = "(prefers-color-scheme: dark)";

/** Whether the page is dark now, by choice or because the system is. */
export function useIsDark(): boolean {
  const system = useMediaQuery(systemIsDark);
  const { theme } = usePreferences();
  return theme === "dark" || (theme === "system" && system);
}

/** Keeps the page in the chosen theme, also when the system's changes while we are open. */
export function followTheme(): () => void {
  const system = matchMedia(systemIsDark);
  const apply = (): void => {
    const { theme } = preferences.get();
    const dark = theme === "dark" || (theme === "system" && system.matches);
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  };
  apply();
  system.addEventListener("change", apply);
  const unsubscribe = preferences.subscribe(apply);
  return () => {
    system.removeEventListener("change", apply);
    unsubscribe();
  };
}
