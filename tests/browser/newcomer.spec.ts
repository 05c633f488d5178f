/** What someone does who has just started Trunkline for the first time. */
import { AMELIA, openConversation, OWNER, send, signUp, takePhone, textFrom } from "./lib/office";
import { expect, test } from "./lib/trunkline";

test("a newcomer signs up, gets a text, answers it and sees it delivered", async ({ page, context }) => {
  await test.step("they create the first account", async () => {
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "Welcome to Trunkline" })).toBeVisible();
    await page.getByLabel("Your name").fill(OWNER.name);
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Create account" }).click();
  });

  await test.step("they see an inbox that says what to do", async () => {
    await expect(page).toHaveURL(/\/inbox$/);
    await expect(page.getByRole("heading", { name: "This is where your customers arrive" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Open the phone" })).toHaveAttribute("href", "/phone");
  });

  // The customer is in a tab of their own, so that everything that follows has to arrive live.
  const street = await context.newPage();
  const phone = await takePhone(street, AMELIA.name);

  await test.step("a customer's text appears in the inbox", async () => {
    await phone.getByLabel(`Text from ${AMELIA.name}`).fill("Hi, are you open on Sunday?");
    await phone.getByRole("button", { name: "Send text" }).click();
    const row = page.getByRole("list", { name: "Conversations" }).getByRole("link");
    await expect(row).toContainText("Hi, are you open on Sunday?");
    await expect(row).toContainText(AMELIA.shown);
    await expect(row).toContainText("1 unread message");
    await row.click();
  });

  await test.step("they answer", async () => {
    await expect(page.getByRole("region", { name: "Messages" })).toContainText("Hi, are you open on Sunday?");
    await page.getByLabel("Reply to").fill("Yes, from 9 to 5.");
    await page.getByRole("button", { name: "Send SMS from Harbor Street Dental · 1 segment" }).click();
    await expect(page.getByLabel("Reply to")).toHaveValue("");
  });

  await test.step("the answer is on the phone", async () => {
    await expect(phone.getByRole("log")).toContainText("Yes, from 9 to 5.");
  });

  await test.step("the ticks reach delivered, and the details say how", async () => {
    const answer = page.getByRole("article", { name: /^You,/ });
    await answer.getByRole("button", { name: /^Delivered, .* Show details$/ }).click();
    const details = page.getByRole("dialog", { name: "Message details" });
    const steps = details.getByRole("list", { name: "What happened" }).getByRole("listitem");
    await expect(steps.last()).toContainText(/delivered/i);
    await page.keyboard.press("Escape");
    await expect(details).toBeHidden();
  });

  await test.step("the list shows it too, read and delivered", async () => {
    const back = page.getByRole("link", { name: "Back to the list" });
    if (await back.isVisible()) await back.click();
    const row = page.getByRole("list", { name: "Conversations" }).getByRole("link");
    await expect(row).toContainText("Delivered");
    await expect(row).toContainText("Yes, from 9 to 5.");
    await expect(row).not.toContainText("unread");
  });
});

test("Ctrl and Enter send, and one message goes out however often they are pressed", async ({ page }) => {
  await signUp(page);
  await textFrom(page, AMELIA.number, "Hello?");
  await openConversation(page, "Hello?");
  await page.getByLabel("Reply to").fill("How can we help?");
  for (let press = 0; press < 3; press += 1) await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("article", { name: /^You,/ })).toContainText("Delivered");
  const { items } = await send(page, "get", "/api/messages?direction=outbound");
  expect(items).toHaveLength(1);
});
