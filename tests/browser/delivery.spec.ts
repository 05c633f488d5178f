/** Sending later, what did not arrive, and texts that are written once and used often. */
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

const QUESTION = "Can I come on Friday?";

test.beforeEach(async ({ page }) => {
  await signUp(page);
  await neverQuiet(page);
  await textFrom(page, AMELIA.number, QUESTION);
  await openConversation(page, QUESTION);
});

async function scheduleForTomorrow(page: Page, text: string): Promise<void> {
  await page.getByLabel("Reply to").fill(text);
  await page.getByRole("button", { name: "Schedule", exact: true }).click();
  await page.getByRole("button", { name: /^Tomorrow morning/ }).click();
}

const schedules = (page: Page) => page.getByRole("button", { name: /^Schedule for .*9:00.AM/ });
const waiting = (page: Page) => page.getByRole("article", { name: /^Scheduled message to/ });

test("a reply is scheduled, changed, called off, taken back and sent now", async ({ page }) => {
  const conversation = page.url();
  await test.step("it waits at the end of the conversation, on both clocks", async () => {
    await scheduleForTomorrow(page, "Yes, at ten.");
    await schedules(page).click();
    await expect(waiting(page)).toContainText("Yes, at ten.");
    await expect(waiting(page)).toContainText("9:00 AM their time · 12:00 PM yours");
  });

  await test.step("its text is changed on the page of what is scheduled", async () => {
    await page.goto("/scheduled");
    await page.getByRole("button", { name: /^Edit/ }).click();
    const dialog = page.getByRole("dialog", { name: "Edit message" });
    await dialog.getByLabel("Text").fill("Yes, at eleven.");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("main")).toContainText("Yes, at eleven.");
  });

  await test.step("it is called off, and taken back", async () => {
    await page.getByRole("button", { name: /^Cancel/ }).click();
    await expect(page.getByRole("heading", { name: "Nothing is scheduled" })).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("main")).toContainText("Yes, at eleven.");
  });

  await test.step("it is sent now, and arrives", async () => {
    await page.getByRole("button", { name: /^Send now/ }).click();
    await expect(page.getByRole("heading", { name: "Nothing is scheduled" })).toBeVisible();
    await page.goto(conversation);
    const sent = page.getByRole("article", { name: /^You,/ }).filter({ hasText: "Delivered" });
    await expect(sent).toContainText("Yes, at eleven.");
  });
});

test("what shall leave only without an answer does not leave after one", async ({ page }) => {
  await scheduleForTomorrow(page, "Are you still there?");
  await page.getByLabel("Cancel if they answer first").check();
  await schedules(page).click();
  await expect(waiting(page)).toContainText("not if they answer first");

  await textFrom(page, AMELIA.number, "I found another time.");
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("I found another time.");
  await expect(waiting(page)).toBeHidden();
  expect(await stateOf(page, "Are you still there?")).toBe("canceled");
});

test("what did not arrive is sent again, dropped, and both are taken back", async ({ page }) => {
  await carrierLoses(page, 30003);
  for (const text of ["The first try", "The second try"]) {
    await write(page, AMELIA.number, text);
    await expect.poll(() => stateOf(page, text)).toBe("undelivered");
  }
  await carrierDelivers(page);
  await page.goto("/dead-letters");
  await page.getByRole("link", { name: /^phone cannot be reached/i }).click();
  const letters = page.getByRole("main").getByRole("article");
  await expect(letters).toHaveCount(2);
  const take = (text: string) => letters.filter({ hasText: text }).getByRole("checkbox").check();
  const undo = () => page.getByRole("button", { name: "Undo" }).last().click();

  await take("The first try");
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(letters).toHaveCount(1);
  await undo();
  await expect(letters).toHaveCount(2);

  await take("The second try");
  await page.getByRole("button", { name: "Drop" }).click();
  await expect(letters).toHaveCount(1);
  await undo();
  await expect(letters).toHaveCount(2);

  await page.getByLabel("Select all shown").check();
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByRole("heading", { name: "Everything arrived" })).toBeVisible();
  for (const text of ["The first try", "The second try"]) {
    await expect.poll(() => stateOf(page, text), { timeout: 30_000 }).toBe("delivered");
  }
});

test("a template asks for what it needs, and goes out as it was read", async ({ page }) => {
  await page.goto("/templates/new");
  await page.getByLabel("Name", { exact: true }).fill("Order ready");
  await page.getByLabel("Text", { exact: true }).fill("Hi {{contact.first_name|there}}, {{item}} is ready.");
  await page.getByRole("button", { name: "Declare item" }).click();
  await page.getByLabel("Example of variable item").fill("your retainer");
  await expect(page.getByText("Hi there, your retainer is ready.")).toBeVisible();
  await page.getByRole("button", { name: "Create template" }).click();
  await expect(page.getByText("Version 1", { exact: true })).toBeVisible();

  await openConversation(page, QUESTION);
  const reply = page.getByLabel("Reply to");
  await reply.pressSequentially("/order");
  await page.getByRole("option", { name: /^Order ready/ }).click();
  const dialog = page.getByRole("dialog", { name: "Order ready" });
  await dialog.getByLabel("item").fill("the night guard");
  await dialog.getByRole("button", { name: "Insert" }).click();
  await expect(reply).toHaveValue("Hi there, the night guard is ready.");

  await page.getByRole("button", { name: /^Send SMS/ }).click();
  await expect(page.getByRole("article", { name: /^You,/ })).toContainText("Delivered");
  const { items } = await send(page, "get", "/api/messages?direction=outbound");
  expect(items[0]).toMatchObject({
    body: "Hi there, the night guard is ready.",
    template: { name: "Order ready", version: 1, variant: "A" },
  });
});
