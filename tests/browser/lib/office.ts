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
export async function textFrom(page: Page, phone: string, body: string, media: string[] = []): Promise<void> {
  const { numbers } = await send(page, "get", "/simulator/state");
  await send(page, "post", `/simulator/phones/${encodeURIComponent(phone)}/texts`, {
    to: numbers[0].number,
    body,
    media,
  });
}

/** What a customer puts into an email. */
export type Mail = { subject?: string; text: string; html?: string; answers?: string };

/** A customer writes an email to the business; the simulator's word on it. */
export async function mailFrom(page: Page, from: string, mail: Mail) {
  const { mailboxes } = await send(page, "get", "/simulator/state");
  const to = mail.answers === undefined ? { to: mailboxes[0].address } : {};
  return send(page, "post", "/simulator/mail", { from, ...to, ...mail });
}

/** What a customer reads and wrote, oldest first. */
export async function mailsOf(page: Page, address: string) {
  return (await send(page, "get", `/simulator/mail/${encodeURIComponent(address)}`)).items;
}

/** Where there is room all phones are on the page, elsewhere one is chosen. */
export async function takePhone(page: Page, name: string) {
  await page.goto("/phone");
  const phone = page.getByRole("region", { name: `Phone of ${name}` });
  const choice = page.getByRole("group", { name: "Choose a phone" }).getByRole("button", { name });
  await expect(phone.or(choice).first()).toBeVisible();
  if (await choice.isVisible()) await choice.click();
  return phone;
}

/** Opens the conversation in which a text has arrived, or waits until it has. */
export async function openConversation(page: Page, text: string): Promise<void> {
  await page.goto("/inbox");
  await page.getByRole("list", { name: "Conversations" }).getByRole("link", { name: text }).click();
  await expect(page.getByRole("region", { name: "Messages" }).getByText(text)).toBeVisible();
}

/** A message from the team; its author is the owner. */
export async function write(page: Page, to: string, body: string, more: object = {}): Promise<void> {
  await send(page, "post", "/api/messages", { to, body, ...more }, { "idempotency-key": body });
}

/** Switches quiet hours off: tests run at any hour, and some write to people who have not written before. */
export async function neverQuiet(page: Page): Promise<void> {
  const rules = await send(page, "get", "/api/compliance/settings");
  const quiet_hours = { ...rules.quiet_hours, enabled: false };
  await send(page, "put", "/api/compliance/settings", { ...rules, quiet_hours });
}

/** The next messages do not arrive, until `carrierDelivers`. */
export async function carrierLoses(page: Page, errorCode: number): Promise<void> {
  await send(page, "put", "/simulator/faults", { outcome: "undelivered", error_code: errorCode });
}

export async function carrierDelivers(page: Page): Promise<void> {
  await send(page, "put", "/simulator/faults", { outcome: "delivered" });
}

/** The state of the newest message with this text, if there is one. */
export async function stateOf(page: Page, body: string): Promise<string | undefined> {
  const { items } = await send(page, "get", "/api/messages?limit=100");
  return items.find((message: { body: string }) => message.body === body)?.state;
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
