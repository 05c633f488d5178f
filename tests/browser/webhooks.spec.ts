/** A webhook that fails is seen with its reason, processed again by hand, and gone from what failed (A6, D3). */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { AMELIA, send, signUp, textFrom } from "./lib/office";
import { acceptTexts, refuseTexts } from "./lib/store";
import { expect, test } from "./lib/trunkline";

const REASON = "the shelf for messages is locked";
const TEXT = "Is somebody there?";

test.beforeEach(async ({ page, data }) => {
  await signUp(page);
  await refuseTexts(data, REASON);
  await textFrom(page, AMELIA.number, TEXT);
});

const webhooks = (page: Page) => page.getByRole("list", { name: "Webhooks" }).getByRole("article");

test("it fails, is seen, is processed again, and is gone", async ({ page, data }) => {
  await page.goto("/operations");
  await page.getByRole("link", { name: "Errors", exact: true }).click();
  const error = page.getByRole("button", { name: REASON }).last();
  await error.click();
  await expect(page.getByText(TEXT).first()).toBeVisible();
  await expect(page.getByRole("img", { name: /^Errors: [1-9]/ })).toBeVisible();
  await page.getByRole("link", { name: "Open the webhook" }).click();

  const panel = page.getByRole("complementary", { name: "Webhook" });
  await expect(panel.getByRole("heading", { name: `Text from ${AMELIA.shown}` })).toBeVisible();
  await expect(panel.getByRole("list", { name: "Failed tries" })).toContainText(REASON);
  await expect(panel.getByRole("row", { name: `Body ${TEXT}` })).toBeVisible();
  await panel.getByText("The raw request").click();
  await expect(panel.getByRole("region", { name: "The raw request" })).toContainText(
    "x-twilio-signature: ••••••",
  );
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await panel.getByRole("button", { name: "Process again" }).click();
  await expect(panel.getByText("It failed again. The reason is below.")).toBeVisible();
  await acceptTexts(data);
  await panel.getByRole("button", { name: "Process again" }).click();
  await expect(panel.getByText("Processed.", { exact: true })).toBeVisible();

  await panel.getByRole("link", { name: "Back to the webhooks" }).click();
  await page.getByRole("combobox", { name: "State" }).selectOption("Failed");
  await expect(page.getByText("Nothing has failed")).toBeVisible();
  await page.getByRole("combobox", { name: "State" }).selectOption("Any state");
  await webhooks(page).first().getByRole("link").click();
  await panel.getByRole("link", { name: "A message in the inbox" }).click();
  await expect(page.getByRole("region", { name: "Messages" }).getByText(TEXT)).toBeVisible();
});

test("many are found while one types, and processed again at once", async ({ page, data }) => {
  await textFrom(page, AMELIA.number, "Hello, hello?");
  await page.goto("/operations/webhooks?state=failed");
  await expect(webhooks(page)).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search number, text or id" }).fill("HELLO, he");
  await expect(webhooks(page)).toHaveCount(1);
  await expect(webhooks(page)).toContainText("Hello, hello?");
  await page.keyboard.press("Escape");
  await expect(webhooks(page)).toHaveCount(2);

  await acceptTexts(data);
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await page.getByRole("button", { name: "Process again" }).click();
  await expect(page.getByText("2 webhooks are processed again")).toBeVisible();
  await expect(page.getByText("Nothing has failed")).toBeVisible();
  const { items } = await send(page, "get", "/api/messages");
  expect(items).toHaveLength(2);
});

test("who only answers customers sees neither", async ({ page }) => {
  const email = "ben@example.com";
  const { url } = await send(page, "post", "/api/invitations", { email, role: "agent" });
  await page.context().clearCookies();
  const invitation = url.split("/").at(-1);
  const account = { name: "Ben", email, password: "correct horse battery", invitation };
  await send(page, "post", "/api/auth/sign-up", account);
  await page.goto("/operations");
  await expect(page.getByRole("heading", { name: "Operations", level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "Webhooks" })).toHaveCount(0);
});
