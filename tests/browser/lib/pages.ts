/** Every page of the app, and how to see that it is there with what belongs on it. */
import { expect, type Page } from "@playwright/test";

import { openConversation } from "./office";

export type AppPage = { name: string; open: (page: Page) => Promise<void> };

/** For visitors of an installation without an owner. */
export const SIGN_UP: AppPage = {
  name: "sign-up",
  open: (page) => arrive(page, "/sign-up", "heading", "Welcome to Trunkline"),
};

/** For visitors of an installation with an owner. */
export const SIGN_IN: AppPage = {
  name: "sign-in",
  open: (page) => arrive(page, "/sign-in", "button", "Sign in"),
};

/** Behind the sign-in, with a conversation in which `text` has arrived. */
export function pagesWith(text: string): AppPage[] {
  return [
    { name: "inbox", open: (page) => arrive(page, "/inbox", "link", text) },
    { name: "thread", open: (page) => openConversation(page, text) },
    { name: "contacts", open: (page) => arrive(page, "/contacts", "heading", "Contacts") },
    { name: "phone", open: (page) => arrive(page, "/phone", "region", "Phone of Amelia Okafor") },
    { name: "settings-appearance", open: (page) => settings(page, "Appearance") },
    { name: "settings-team", open: (page) => settings(page, "Team") },
    { name: "settings-lines", open: (page) => settings(page, "Lines") },
    { name: "settings-sessions", open: (page) => settings(page, "Sessions") },
  ];
}

function settings(page: Page, title: string): Promise<void> {
  return arrive(page, `/settings/${title.toLowerCase()}`, "heading", title);
}

async function arrive(
  page: Page,
  path: string,
  role: "button" | "heading" | "link" | "region",
  name: string,
): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole(role, { name }).first()).toBeVisible();
}
