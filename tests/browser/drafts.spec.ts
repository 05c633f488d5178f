/** What was written and not sent is still there later. */
import { AMELIA, openConversation, signUp, textFrom } from "./lib/office";
import { expect, test } from "./lib/trunkline";

test.beforeEach(async ({ page }) => {
  await signUp(page);
  await textFrom(page, AMELIA.number, "Can I bring my dog?");
  await openConversation(page, "Can I bring my dog?");
});

test("a draft survives a reload and a walk to another page", async ({ page }) => {
  const reply = page.getByLabel("Reply to");
  await reply.fill("Yes, if it is");
  await page.reload();
  await expect(reply).toHaveValue("Yes, if it is");

  await page.goto("/contacts");
  await openConversation(page, "Can I bring my dog?");
  await expect(reply).toHaveValue("Yes, if it is");
});

test("a sent text leaves no draft behind", async ({ page }) => {
  await page.getByLabel("Reply to").fill("Of course");
  await page.getByRole("button", { name: /^Send SMS/ }).click();
  await expect(page.getByRole("article", { name: /^You,/ })).toContainText("Of course");
  await page.reload();
  await expect(page.getByLabel("Reply to")).toHaveValue("");
});
