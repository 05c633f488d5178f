/** What the tests do as the owner of an installation and, through the simulator, as its customers. */
import { expect, type Page } from "@playwright/test";

export const OWNER = { name: "Olive Owner", email: "olive@example.com", password: "correct horse battery" };

/** A customer of the built-in simulator. */
export const AMELIA = { name: "Amelia Okafor", number: "+14155550117", shown: "(415) 555-0117" };

/** Makes the owner's account without the browser; the page's session is theirs from then on. */
export async function signUp(page: Page): Promise<void> {
  await send(page, "post", "/api/auth/sign-up", OWNER);
}

/** A customer texts the business. */
export async function textFrom(page: Page, phone: string, body: string): Promise<void> {
  const { numbers } = await send(page, "get", "/simulator/state");
  await send(page, "post", `/simulator/phones/${encodeURIComponent(phone)}/texts`, {
    to: numbers[0].number,
    body,
  });
}

/** Opens the conversation in which a text has arrived, or waits until it has. */
export async function openConversation(page: Page, text: string): Promise<void> {
  await page.goto("/inbox");
  await page.getByRole("list", { name: "Conversations" }).getByRole("link", { name: text }).click();
  await expect(page.getByRole("region", { name: "Messages" }).getByText(text)).toBeVisible();
}

/** A request with the page's session; its answer. */
export async function send(
  page: Page,
  method: "get" | "post" | "put" | "patch",
  path: string,
  data?: object,
  headers?: Record<string, string>,
) {
  const response = await page.request[method](path, { data, headers });
  expect(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(true);
  return response.status() === 204 ? null : response.json();
}
