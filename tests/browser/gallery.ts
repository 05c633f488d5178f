/** Pictures of every page for people to look at; run by ./dev screenshots. */
import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";

import { type AppPage, pages, SIGN_IN, SIGN_UP } from "./lib/pages";
import { openConversation } from "./lib/office";
import { furnish, furnishFriendly } from "./lib/scenery";
import { expect, test } from "./lib/trunkline";

const folder = fileURLToPath(new URL("../artifacts/gallery/", import.meta.url));

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [
    [360, 740],
    [820, 1180],
    [1440, 900],
  ] as const) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height } });

      test("every page", async ({ page, context, data }) => {
        const picture = ({ name, open }: AppPage) =>
          takePicture(page, `${name}-${width}-${colorScheme}`, open);
        await picture(SIGN_UP);
        await furnish(page, data);
        for (const each of pages()) await picture(each);
        await context.clearCookies();
        await picture(SIGN_IN);
      });
    });
  }
}

/** The picture in the README: docs/inbox.png. */
test.describe("readme", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("an ordinary morning", async ({ page }) => {
    await furnishFriendly(page);
    await takePicture(page, "readme", async () => {
      await openConversation(page, "do you take my insurance card");
      await expect(page.getByRole("complementary", { name: "Contact" })).toBeVisible();
    });
  });
});

async function takePicture(page: Page, name: string, open: (page: Page) => Promise<void>): Promise<void> {
  await open(page);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}${name}.png`, animations: "disabled" });
}
