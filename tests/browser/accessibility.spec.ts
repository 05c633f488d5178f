/** No page has a serious or critical finding of axe, in light and in dark. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { AMELIA, send, signUp, textFrom } from "./lib/office";
import { pagesWith, SIGN_IN, SIGN_UP } from "./lib/pages";
import { expect, test } from "./lib/trunkline";

const TEXT = "Is the blue one still there?";

/** What is wrong, shortly enough to be read in a failure. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
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

    test("the pages of the app", async ({ page }) => {
      await signUp(page);
      await textFrom(page, AMELIA.number, TEXT);
      const { items } = await send(page, "get", "/simulator/phones/%2B14155550117/messages");
      await send(
        page,
        "post",
        "/api/messages",
        { to: items[0].from, body: "It is" },
        { "idempotency-key": "answer" },
      );
      for (const { name, open } of pagesWith("It is")) {
        await test.step(name, async () => {
          await open(page);
          expect(await findings(page), name).toEqual([]);
        });
      }
    });
  });
}
