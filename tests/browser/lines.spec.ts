/** A newcomer adds a line with the wizard, by the built-in simulator, and looks after it (A2, D1, E4). */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { AMELIA, neverQuiet, send, signUp } from "./lib/office";
import { expect, test } from "./lib/trunkline";

const NAME = "Harbor Street Dental, Uptown";

const quiet = async (page: Page) => expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

test.beforeEach(async ({ page }) => {
  await signUp(page);
  await neverQuiet(page);
});

test("provider, account, check, webhooks, and a first text until it is delivered", async ({ page }) => {
  await page.goto("/settings/lines");
  await page.getByRole("link", { name: "Add a line" }).click();
  await expect(page.getByRole("button", { name: /^Twilio/ })).toBeVisible();
  await quiet(page);
  await page.getByRole("button", { name: new RegExp(`^${NAME}`) }).click();

  // What the simulator knows is filled in; a wrong credential is found before anything is stored.
  const token = page.getByLabel("Auth token");
  const right = await token.inputValue();
  await expect(token).toHaveAttribute("type", "password");
  await token.fill("0".repeat(32));
  await page.getByRole("button", { name: "Check with Twilio" }).click();
  const findings = page.getByRole("list", {
    name: "Checked with the provider",
  });
  await expect(findings).toContainText("first page of the Twilio console");
  await expect(page.getByRole("button", { name: "Add this line" })).toHaveCount(0);
  await quiet(page);
  await token.fill(right);
  await page.getByRole("button", { name: "Check with Twilio" }).click();
  await expect(findings).toContainText("belongs to the account");
  await page.getByRole("button", { name: "Add this line" }).click();

  await expect(page.getByRole("heading", { name: "Webhooks" })).toBeVisible();
  await expect(page.getByText("SmsUrl")).toBeVisible();
  await quiet(page);
  await page.getByRole("button", { name: /^Set \d values? at the provider/ }).click();
  await expect(page.getByText("The provider calls us for everything.")).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();

  await page.getByLabel("To", { exact: true }).fill(AMELIA.number);
  await page.getByRole("button", { name: "Send the test" }).click();
  await expect(page.getByRole("status").getByText("Delivered").last()).toBeVisible();
  await quiet(page);
  await page.getByRole("link", { name: "Done" }).click();
  await expect(page.getByRole("heading", { name: NAME })).toBeVisible();
  expect(await page.content()).not.toContain(right);
});

test("a line gets new credentials, is removed, and comes back", async ({ page }) => {
  const { simulated } = await send(page, "get", "/api/line-settings");
  const { provider, name, address, fields } = simulated[0];
  const made = await send(page, "post", "/api/line-settings", {
    provider,
    name,
    address,
    fields,
    simulated: true,
  });
  await page.goto(`/settings/lines/${made.id}`);
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("They open the account")).toBeVisible();
  await quiet(page);

  await page.getByLabel("Per day").fill("500");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(`${NAME} is changed`)).toBeVisible();

  await page.getByRole("button", { name: "Change credentials" }).click();
  await page.getByLabel("Auth token").fill("1234567890abcdef1234567890abcdef");
  await page.getByRole("button", { name: "Save the new ones" }).click();
  await expect(page.getByText("…cdef")).toBeVisible();
  await page.getByRole("button", { name: "Retire the former ones" }).click();
  await expect(page.getByRole("button", { name: "Retire the former ones" })).toHaveCount(0);

  await page.getByRole("button", { name: "Remove the line" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Not delivered");
  await dialog.getByRole("button", { name: "Remove the line" }).click();
  await expect(page.getByText(`${NAME} is removed`)).toBeVisible();
  await expect(page.getByRole("button", { name: "Restore the line" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: "Check now" })).toBeVisible();
});
