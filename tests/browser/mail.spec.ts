/** Emails: in, answered in the same thread, and looked at without telling their sender (C12, E8). */
import type { Page } from "@playwright/test";

import { PICTURE } from "./lib/files";
import { ANA } from "./lib/mail";
import { AMELIA, mailFrom, openConversation, send, signUp, takePhone } from "./lib/office";
import { expect, test } from "./lib/trunkline";

test("a customer's email is answered in the thread, and so is the answer to that", async ({
  page,
  context,
}) => {
  await signUp(page);
  const street = await context.newPage();
  const phone = await takePhone(street, AMELIA.name);
  const mails = phone.getByRole("log", { name: "Emails of this customer" });

  await test.step("the customer writes", async () => {
    await phone.getByRole("button", { name: "Email" }).click();
    await phone.getByLabel(/^Subject of/).fill("Two questions");
    await phone.getByLabel(`Email from ${AMELIA.name}`).fill("Do you treat children? And where can I park?");
    await phone.locator("input[type=file]").setInputFiles(PICTURE);
    await phone.getByRole("button", { name: "Send email" }).click();
  });

  await test.step("the team reads it and answers", async () => {
    await openConversation(page, "Do you treat children?");
    await expect(page.getByRole("heading", { name: "Two questions" })).toBeVisible();
    await expect(page.getByRole("button", { name: `Open: ${PICTURE.name}` })).toBeVisible();
    await expect(page.getByRole("button", { name: /Change the subject/ })).toContainText("Re: Two questions");
    await page.getByLabel("Reply to").fill("We do. Behind the house.");
    await page.getByRole("button", { name: /^Send email from/ }).click();
    const answer = page.getByRole("article", { name: /^Email from You/ });
    await expect(answer).toContainText("Delivered");
  });

  await test.step("the customer gets it and answers", async () => {
    const letter = mails.getByRole("article").filter({ hasText: "Behind the house." });
    await expect(letter).toContainText("Re: Two questions");
    await letter.getByRole("button", { name: "Reply" }).click();
    await phone.getByLabel(`Email from ${AMELIA.name}`).fill("Then we come on Monday.");
    await phone.getByRole("button", { name: "Send email" }).click();
  });

  await test.step("it stands in the same thread, under the subject that is said once", async () => {
    const last = page.getByRole("article").filter({ hasText: "Then we come on Monday." });
    await expect(last).toBeVisible();
    await expect(page.getByRole("heading", { name: "Two questions" })).toHaveCount(1);
    await expect(last).not.toContainText("Behind the house.");
    await last.getByRole("button", { name: "Show what it repeats" }).click();
    await expect(last).toContainText("Behind the house.");
    const { items } = await send(page, "get", "/api/conversations?limit=10");
    expect(items).toHaveLength(1);
  });
});

test("another subject is said to the customer", async ({ page }) => {
  await signUp(page);
  await mailFrom(page, ANA.from, { subject: "Hello", text: "Is anybody there?" });
  await openConversation(page, "Is anybody there?");
  await page.getByRole("button", { name: /Change the subject/ }).click();
  await page.getByLabel("Subject").fill("Our new opening hours");
  await page.getByLabel("Reply to").fill("From Monday on we open at seven.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("article", { name: /^Email from You/ })).toContainText("Delivered");
  await expect(page.getByRole("heading", { name: "Our new opening hours" })).toBeVisible();
});

test("images from elsewhere are fetched when somebody asks, and not before", async ({ page }) => {
  const fetched: string[] = [];
  await page.route("https://images.example.org/**", (route) => {
    fetched.push(route.request().url());
    return route.fulfill({ contentType: "image/svg+xml", body: "<svg xmlns='http://www.w3.org/2000/svg'/>" });
  });
  await signUp(page);
  const html = `<h1>Sale</h1><script>parent.document.title = "caught"</script><img src="https://images.example.org/spy.svg">`;
  await mailFrom(page, ANA.from, { subject: "Sale", text: "Everything must go", html });
  await openConversation(page, "Everything must go");

  await page.getByRole("button", { name: "As it was laid out" }).click();
  const layout = page.getByRole("dialog", { name: /as it was laid out/ });
  await expect(headingIn(page)).toBeVisible();
  await expect(layout.getByRole("button", { name: "Show images" })).toBeVisible();
  expect(fetched).toEqual([]);

  await layout.getByRole("button", { name: "Show images" }).click();
  await expect.poll(() => fetched).toEqual(["https://images.example.org/spy.svg"]);
  await expect(headingIn(page)).toBeVisible();
  expect(await page.title()).not.toBe("caught");

  await page.keyboard.press("Escape");
  await expect(layout).toBeHidden();
  await expect(page.getByRole("button", { name: "As it was laid out" })).toBeFocused();
  await page.getByRole("button", { name: "As it was laid out" }).click();
  await expect(layout.getByRole("button", { name: "Show images" })).toBeVisible();
});

const headingIn = (page: Page) => page.frameLocator("iframe").getByRole("heading", { name: "Sale" });
