/** No page has a serious or critical finding of axe, in light and in dark. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { furnishMail } from "./lib/mail";
import { AMELIA, openConversation, signUp, textFrom } from "./lib/office";
import { pages, SIGN_IN, SIGN_UP } from "./lib/pages";
import { furnishDelivery, furnishFailures } from "./lib/scenery";
import { furnishMedia, furnishWhatsapp } from "./lib/whatsapp";
import { expect, test } from "./lib/trunkline";

const TEXT = "Is the blue one still there?";

/** What is wrong, shortly enough to be read in a failure. */
async function findings(page: Page): Promise<string[]> {
  // Nothing runs in a frame without rights, axe neither; what stands there is a stranger's.
  const { violations } = await new AxeBuilder({ page }).exclude("iframe[sandbox]").analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the pages for visitors", async ({ page, context }) => {
      await SIGN_UP.open(page);
      expect(await findings(page)).toEqual([]);
      await signUp(page);
      await context.clearCookies();
      await SIGN_IN.open(page);
      expect(await findings(page)).toEqual([]);
    });

    test("the empty inbox", async ({ page }) => {
      await signUp(page);
      await page.goto("/inbox");
      await expect(page.getByRole("link", { name: "Open the phone" })).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });

    test("the pages of the app", async ({ page, data }) => {
      // Every page is gone through; there are more of them from time to time.
      test.setTimeout(pages().length * 8_000);
      await signUp(page);
      await textFrom(page, AMELIA.number, TEXT);
      await openConversation(page, TEXT);
      await furnishMail(page);
      await furnishWhatsapp(page);
      await furnishMedia(page);
      await furnishDelivery(page);
      await furnishFailures(page, data);
      for (const { name, open } of pages()) {
        await test.step(name, async () => {
          await open(page);
          expect(await findings(page), name).toEqual([]);
        });
      }
    });
  });
}
