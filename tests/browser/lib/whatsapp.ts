/** A talk on WhatsApp with all it has beside text, and pictures and sounds that customers send. */
import { expect, type Page } from "@playwright/test";

import { PICTURE } from "./files";
import { send, stateOf, textFrom } from "./office";

/** Customers of the simulator. */
export const PRIYA = "+16175550194";
const JOSE = "+12125550163";

export const THANKS = "Lovely, thank you. See you there!";
export const PICTURES = "And this is how it looks today, from both sides";

/** What a customer sends by WhatsApp. */
async function whatsappFrom(page: Page, phone: string, message: object): Promise<void> {
  const { numbers } = await send(page, "get", "/simulator/state");
  const to = numbers.find(({ channel }: { channel: string }) => channel === "whatsapp").address;
  await send(page, "post", `/simulator/phones/${encodeURIComponent(phone)}/texts`, { to, ...message });
}

/** The simulator's word on the last message that a phone got. */
async function lastOn(page: Page, phone: string) {
  const { items } = await send(page, "get", `/simulator/phones/${encodeURIComponent(phone)}/messages`);
  return items.findLast(({ direction }: { direction: string }) => direction === "to_phone");
}

async function write(page: Page, to: string, key: string, message: object, arrived: string): Promise<void> {
  await send(
    page,
    "post",
    "/api/messages",
    { to, channel: "whatsapp", ...message },
    { "idempotency-key": key },
  );
  await expect.poll(() => stateOf(page, arrived)).toMatch(/delivered|read/);
}

/** A template that WhatsApp has approved; its id. */
async function approvedTemplate(page: Page): Promise<string> {
  const { id } = await send(page, "post", "/api/content-templates", {
    name: "appointment_reminder",
    language: "en",
    category: "UTILITY",
    body: "Hi {{1}}, your appointment is on {{2}}. Will you come?",
    samples: { "1": "Priya", "2": "Tuesday at 9:00" },
    buttons: ["Yes", "No, cancel it"],
  });
  await send(page, "post", "/simulator/templates/decide", {});
  await send(page, "post", "/api/content-templates/sync");
  return id;
}

/** A quote, a place, something passed on, a template and the tap on it. */
export async function furnishWhatsapp(page: Page): Promise<void> {
  const template = await approvedTemplate(page);
  await whatsappFrom(page, PRIYA, { body: "Hi! How do I find you from the ferry?" });
  await expect.poll(() => stateOf(page, "Hi! How do I find you from the ferry?")).toBe("received");
  const way = "Walk along the water for five minutes; we are the blue house behind the market.";
  await write(page, PRIYA, "the-way", { body: way }, way);
  const quoted = await lastOn(page, PRIYA);
  await whatsappFrom(page, PRIYA, { body: "Which market? The one with the clock?", reply_to: quoted.sid });
  await whatsappFrom(page, PRIYA, {
    location: {
      latitude: 37.7955,
      longitude: -122.3937,
      label: "Ferry Building",
      address: "1 Ferry Building, San Francisco",
    },
  });
  await whatsappFrom(page, PRIYA, { body: "Parking on Sundays is free on the whole pier", forwarded: true });
  const reminder = "Hi Priya, your appointment is on Tuesday at 9:00. Will you come?";
  const values = { content_template: template, variables: { "1": "Priya", "2": "Tuesday at 9:00" } };
  await write(page, PRIYA, "the-reminder", values, reminder);
  const asked = await lastOn(page, PRIYA);
  await whatsappFrom(page, PRIYA, { tap: asked.buttons[0], reply_to: asked.sid });
  await whatsappFrom(page, PRIYA, { body: THANKS });
  await expect.poll(() => stateOf(page, THANKS)).toBe("received");
}

/** Pictures, a voice message and a document from a customer's phone. */
export async function furnishMedia(page: Page): Promise<void> {
  const files = [
    { type: "image/png", data: PICTURE.buffer },
    { type: "image/png", data: PICTURE.buffer },
    { type: "audio/mpeg", data: Buffer.from("ID3\u0003\u0000\u0000\u0000\u0000\u0000\u0000") },
    { type: "application/pdf", data: Buffer.from("%PDF-1.4\n") },
  ];
  const media = [];
  for (const { type, data } of files) {
    const answer = await page.request.post("/simulator/files", { headers: { "content-type": type }, data });
    media.push((await answer.json()).url);
  }
  await textFrom(page, JOSE, PICTURES, media);
  await expect.poll(() => stateOf(page, PICTURES)).toBe("received");
  const states = async (): Promise<string[]> => {
    const { items } = await send(page, "get", "/api/messages?limit=100");
    const found = items.find(({ body }: { body: string }) => body === PICTURES);
    return found.media.map(({ state }: { state: string }) => state);
  };
  await expect.poll(states).not.toContain("waiting");
}
