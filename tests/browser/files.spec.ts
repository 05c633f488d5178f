/** Files go along with replies: seen before they leave, on their way, in the thread and on the phone (C12, E8). */
import type { Page } from "@playwright/test";

import { ARCHIVE, DOCUMENT, PICTURE } from "./lib/files";
import { AMELIA, openConversation, send, signUp, takePhone, textFrom } from "./lib/office";
import { expect, test } from "./lib/trunkline";

const ASKED = "Do you have a picture of the room?";

const files = (page: Page) => page.getByRole("list", { name: "Attached files" }).getByRole("listitem");

async function openThread(page: Page): Promise<void> {
  await signUp(page);
  await textFrom(page, AMELIA.number, ASKED);
  await openConversation(page, ASKED);
}

test("a picture is attached, sent, and seen on the phone", async ({ page, context }) => {
  await openThread(page);
  await page.getByLabel("Files to attach").setInputFiles([PICTURE, DOCUMENT]);
  await expect(files(page)).toHaveCount(2);
  await files(page)
    .nth(1)
    .getByRole("button", { name: `Remove ${DOCUMENT.name}` })
    .click();
  await page.getByLabel("Reply to").fill("This one.");
  await page.getByRole("button", { name: /^Send MMS from/ }).click();
  await expect(files(page)).toHaveCount(0);

  const sent = page.getByRole("article", { name: /^You,/ });
  await expect(sent).toContainText("Delivered");
  await sent.getByRole("button", { name: `Open: ${PICTURE.name}` }).click();
  await expect(page.getByRole("dialog", { name: PICTURE.name }).getByRole("img")).toBeVisible();
  await page.keyboard.press("Escape");

  const phone = await takePhone(await context.newPage(), AMELIA.name);
  const picture = phone.getByRole("log").getByRole("img", { name: "Picture" });
  await expect(picture).toHaveJSProperty("complete", true);
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

test("what the line does not take is said before it leaves", async ({ page }) => {
  await openThread(page);
  const brought: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/api/media")) brought.push(request.url());
  });
  await page.getByLabel("Files to attach").setInputFiles(ARCHIVE);
  await expect(page.getByText(/does not take files like everything\.zip/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Send MMS from/ })).toBeDisabled();
  await page.getByRole("button", { name: `Remove ${ARCHIVE.name}` }).click();
  await expect(page.getByText(/does not take files/)).toBeHidden();
  expect(brought).toEqual([]);
});

test("files are dropped anywhere on the thread, and wait while one looks elsewhere", async ({ page }) => {
  await openThread(page);
  const dropped = await page.evaluateHandle((name) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array([0x47, 0x49, 0x46])], name, { type: "text/vcard" }));
    return transfer;
  }, "card.vcf");
  const thread = page.getByRole("region", { name: "Messages" });
  await thread.dispatchEvent("dragenter", { dataTransfer: dropped });
  await expect(page.getByText("Drop to attach to your reply")).toBeVisible();
  await thread.dispatchEvent("drop", { dataTransfer: dropped });
  await expect(page.getByText("Drop to attach to your reply")).toBeHidden();
  await expect(files(page)).toContainText(["card.vcf"]);

  await page.goBack();
  await expect(files(page)).toHaveCount(0);
  await page.goForward();
  await expect(files(page)).toContainText(["card.vcf"]);
});

test("what breaks off is tried again, and goes out once", async ({ page }) => {
  await openThread(page);
  await page.route("**/api/media?*", (route) => route.abort(), { times: 1 });
  await page.getByLabel("Files to attach").setInputFiles(PICTURE);
  await expect(files(page)).toContainText(["Broke off on its way"]);
  await page.getByRole("button", { name: `Try ${PICTURE.name} again` }).click();
  // Words are not needed beside a picture.
  await page.getByRole("button", { name: /^Send MMS from/ }).click();
  await expect(page.getByRole("article", { name: /^You,/ })).toContainText("Delivered");
  const { items } = await send(page, "get", "/api/messages?direction=outbound");
  expect(items).toHaveLength(1);
});
