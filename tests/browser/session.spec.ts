/** Signing in and out. */
import type { Page } from "@playwright/test";

import { OWNER, signUp } from "./lib/office";
import { expect, test } from "./lib/trunkline";

test.beforeEach(({ page }) => signUp(page));

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a wrong password is told apart from nothing, and the right one leads on", async ({ page, context }) => {
  await context.clearCookies();
  await page.goto("/settings/team");
  await expect(page).toHaveURL(/\/sign-in/);

  await signIn(page, "not the password");
  await expect(page.getByRole("alert")).toHaveText("That email and password do not belong together.");
  await expect(page).toHaveURL(/\/sign-in/);

  await signIn(page, OWNER.password);
  await expect(page).toHaveURL(/\/settings\/team$/);
});

test("signing out ends the session here and in other tabs", async ({ page, context }) => {
  const other = await context.newPage();
  await other.goto("/inbox");
  await expect(other.getByRole("navigation", { name: "Main" })).toBeVisible();

  await page.goto("/inbox");
  await page.getByRole("button", { name: `Account of ${OWNER.name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  // The server looks every 15 s whether the session behind a stream is still there.
  await expect(other).toHaveURL(/\/sign-in/, { timeout: 30_000 });

  expect((await page.request.get("/api/users")).status()).toBe(401);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/sign-in/);
});
