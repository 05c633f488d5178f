/** How sending goes, live, on a page that is there after a reload (C11). */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import {
  AMELIA,
  carrierDelivers,
  carrierLoses,
  neverQuiet,
  openConversation,
  send,
  signUp,
  stateOf,
  textFrom,
  write,
} from "./lib/office";
import { expect, test } from "./lib/trunkline";

const QUESTION = "Are you open on Sunday?";

test.beforeEach(async ({ page }) => {
  await signUp(page);
  await neverQuiet(page);
  await textFrom(page, AMELIA.number, QUESTION);
});

/** A number of the first row, with what stands under it. */
const figure = (page: Page, name: string) =>
  page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });

const picture = (page: Page, series: string) => page.getByRole("img", { name: new RegExp(`^${series}:`) });

test("what leaves and fails shows by itself, and is there after a reload", async ({ page }) => {
  await page.goto("/inbox");
  await expect(page.getByRole("list", { name: "Conversations" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(page.getByRole("heading", { name: "Operations", level: 1 })).toBeVisible();
  await expect(page.getByText("Everything runs")).toBeVisible();
  await expect(page.getByText(/Nothing was sent in this time/)).toBeVisible();

  await write(page, AMELIA.number, "Yes, from ten to four.");
  await expect(figure(page, "Sent today")).toContainText("1");
  await expect(figure(page, "Wait until picked up")).toContainText("19 of 20 within");
  await expect(picture(page, "Sent")).toHaveAccessibleName("Sent: 1 in all, at most 1 in one bar");

  await carrierLoses(page, 30003);
  await write(page, AMELIA.number, "Shall we expect you?");
  await expect(figure(page, "Failed in 24 hours")).toContainText("1 waits for a decision");
  await carrierDelivers(page);

  await page.reload();
  await expect(picture(page, "Sent")).toHaveAccessibleName(/^Sent: 2 in all/);
  await expect(picture(page, "Failed")).toHaveAccessibleName(/^Failed: 1 in all/);
  await page.getByText("24 hours", { exact: true }).click();
  await expect(page.getByText("Each bar is a quarter of an hour", { exact: false })).toBeVisible();
  await expect(picture(page, "Sent")).toHaveAccessibleName("Sent: 2 in all, at most 2 in one bar");

  await page.getByRole("link", { name: "1 waits for a decision" }).click();
  await expect(page.getByRole("main")).toContainText("Shall we expect you?");
});

test("a line that rests is told first, with what waits for it", async ({ page }) => {
  await page.goto("/operations");
  // The line for texts is the first; WhatsApp goes on.
  await page.getByRole("button", { name: "Let it rest" }).first().click();
  await expect(page.getByRole("status").filter({ hasText: "1 thing needs a look" })).toBeVisible();
  await expect(page.getByRole("list", { name: "What needs a look" })).toContainText(
    "Stopped by Olive Owner.",
  );
  await write(page, AMELIA.number, "This one waits.");
  await expect(figure(page, "Waiting to go out")).toContainText(/^Waiting to go out1oldest/);
  await expect(page.getByRole("list", { name: "Lines" })).toContainText("1 message waits");
  await expect(page.getByRole("row", { name: /^Fast/ })).toContainText("1");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.getByRole("button", { name: "Use it again" }).click();
  await expect(page.getByText("Everything runs")).toBeVisible();
  await expect(figure(page, "Waiting to go out")).toContainText("Nothing waits");
  await expect.poll(() => stateOf(page, "This one waits.")).toBe("delivered");
});

test("what is in doubt is one click away", async ({ page }) => {
  await openConversation(page, QUESTION);
  await send(page, "put", "/simulator/faults", {
    drop_answer_rate: 1,
    callback_loss_rate: 1,
    list_lag_ms: 600_000,
  });
  await write(page, AMELIA.number, "We are, until four.");
  await page.goto("/operations");
  await expect(picture(page, "In doubt")).toHaveAccessibleName(/^In doubt: 1 in all/);
  await figure(page, "In doubt").getByRole("link").click();
  await expect(page.getByRole("article", { name: /^You,/ })).toContainText("We are, until four.");
  await expect(page.getByText("Checking with the carrier", { exact: false }).first()).toBeVisible();
});
