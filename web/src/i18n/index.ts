import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import en from "./en.json";

/**
 * The catalogue of words. Every string on screen is in it; English ships with the app, other languages will
 * be loaded when chosen. Initialised synchronously, so nothing is ever drawn without its words.
 */
void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  initAsync: false,
  interpolation: { escapeValue: false },
});

export const i18n = i18next;
