/** A busy inbox with everything that is hard to draw: long names and words, other scripts, failures. */
import { expect, type Page } from "@playwright/test";

import { send, signUp, textFrom } from "./office";

type Line = { from: "customer" | "team"; body: string };

const ALL_STATES: Line[] = [
  {
    from: "customer",
    body: "Hi! I would like to move my appointment from Thursday to Friday, if that is possible?",
  },
  { from: "customer", body: "Any time after 3 pm works" },
  { from: "team", body: "Of course. Friday at 3:30 pm is free. Shall I book it for you?" },
  { from: "customer", body: "Perfect 🎉 thank you so much" },
  { from: "team", body: "Done. Details: https://example.com/appointments/2026-11-27?room=4&doctor=okafor" },
];

const PEOPLE: { name: string; lines: Line[] }[] = [
  { name: "Amelia Okafor", lines: ALL_STATES },
  {
    name: "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh von und zu Hohenstein",
    lines: [
      {
        from: "customer",
        body: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
      },
    ],
  },
  {
    name: "ליאת כהן",
    lines: [{ from: "customer", body: "שלום, האם אתם פתוחים ביום ראשון? אפשר להגיע ב-10:30?" }],
  },
  { name: "👩‍👩‍👧‍👦 Ünal & 北京", lines: [{ from: "customer", body: "👍🏽" }] },
];

/** Fills the installation; the last thing that happens is a message to Amelia that does not arrive. */
export async function furnish(page: Page): Promise<void> {
  await signUp(page);
  const { phones } = await send(page, "get", "/simulator/state");
  for (const { name, lines } of PEOPLE.toReversed()) {
    const known = phones.find((phone: { name: string }) => phone.name === name);
    const phone = known ?? (await send(page, "post", "/simulator/phones", { name }));
    for (const { from, body } of lines) {
      if (from === "customer") await textFrom(page, phone.number, body);
      else await reply(page, phone.number, body);
      await stored(page, body);
    }
    await rename(page, phone.number, name);
  }
  await send(page, "put", "/simulator/faults", { outcome: "undelivered", error_code: 30003 });
  const { items } = await send(page, "get", "/api/conversations?status=open");
  await reply(page, items[0].contact.phone, FAILED);
  await expect.poll(() => stateOf(page, FAILED)).toBe("undelivered");
  await send(page, "put", "/simulator/faults", { outcome: "delivered" });
}

/** The text that does not arrive. */
export const FAILED = "See you on Friday then.";

async function reply(page: Page, to: string, body: string): Promise<void> {
  await send(page, "post", "/api/messages", { to, body }, { "idempotency-key": body });
}

/** Waits until a text is in the inbox, and an answer delivered: then they stay in this order. */
async function stored(page: Page, body: string): Promise<void> {
  await expect.poll(() => stateOf(page, body)).toMatch(/received|delivered/);
}

async function stateOf(page: Page, body: string): Promise<string | undefined> {
  const { items } = await send(page, "get", "/api/messages?limit=100");
  return items.find((message: { body: string }) => message.body === body)?.state;
}

async function rename(page: Page, phone: string, name: string): Promise<void> {
  const { items } = await send(page, "get", `/api/contacts?q=${encodeURIComponent(phone)}`);
  await send(page, "patch", `/api/contacts/${items[0].id}`, { name });
}
