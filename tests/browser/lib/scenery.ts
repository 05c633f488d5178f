/** A busy inbox with everything that is hard to draw: long names and words, other scripts, failures. */
import { expect, type Page } from "@playwright/test";

import { furnishMail } from "./mail";
import {
  AMELIA,
  carrierDelivers,
  carrierLoses,
  neverQuiet,
  send,
  signUp,
  stateOf,
  textFrom,
  write,
} from "./office";
import { refuseTexts } from "./store";
import { furnishMedia, furnishWhatsapp } from "./whatsapp";

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
export async function furnish(page: Page, data: string): Promise<void> {
  await signUp(page);
  await talk(page, PEOPLE);
  await furnishMail(page);
  await furnishWhatsapp(page);
  await furnishMedia(page);
  await furnishDelivery(page);
  await furnishFailures(page, data);
}

const FRIENDLY: { name: string; lines: Line[] }[] = [
  {
    name: "Amelia Okafor",
    lines: [
      { from: "customer", body: "Hi! Could I move my cleaning from Thursday to Friday?" },
      { from: "customer", body: "Any time after 3 pm works" },
      { from: "team", body: "Of course. Friday at 3:30 pm is free. Shall I book it for you?" },
      { from: "customer", body: "Perfect 🎉 thank you so much" },
      {
        from: "team",
        body: "Done: Friday at 3:30 pm with Dr. Lindqvist. Details: https://example.com/visit",
      },
      { from: "customer", body: "One more thing: do you take my insurance card digitally?" },
    ],
  },
  { name: "José Ángel Núñez", lines: [{ from: "customer", body: "¿Tienen cita para el viernes?" }] },
  { name: "Priya Raman", lines: [{ from: "customer", body: "I will be about ten minutes late, sorry" }] },
  { name: "Kai 🌊", lines: [{ from: "customer", body: "is this the dentist 🦷" }] },
  {
    name: "Tomás Nguyễn",
    lines: [
      { from: "customer", body: "Is the side door open on weekends?" },
      { from: "team", body: "Yes, the side door on Alder Street is open until two." },
    ],
  },
  { name: "ليلى حداد", lines: [{ from: "customer", body: "نعم، شكراً جزيلاً! 🌷" }] },
];

/** An ordinary morning, for the picture in the README. */
export async function furnishFriendly(page: Page): Promise<void> {
  await signUp(page);
  await neverQuiet(page);
  await talk(page, FRIENDLY);
}

/** What was said with each of these people; the first one spoke last. */
async function talk(page: Page, people: { name: string; lines: Line[] }[]): Promise<void> {
  const { phones } = await send(page, "get", "/simulator/state");
  for (const { name, lines } of people.toReversed()) {
    const known = phones.find((phone: { name: string }) => phone.name === name);
    const phone = known ?? (await send(page, "post", "/simulator/phones", { name }));
    for (const { from, body } of lines) {
      if (from === "customer") await textFrom(page, phone.number, body);
      else await write(page, phone.number, body);
      await stored(page, body);
    }
    await rename(page, phone.number, name);
  }
}

/** The text that does not arrive. */
export const FAILED = "See you on Friday then.";
/** The text that leaves tomorrow. */
export const SCHEDULED =
  "A reminder: your appointment is on Friday at 3:30 pm. Please bring your insurance card.";
/** The text that waits for the end of the night. */
export const HELD = "Your new toothbrush heads are here.";
export const TEMPLATE = "Order ready";

/** It is always night in Illinois, where one of the simulator's customers lives. */
const KAI = "+13125550128";
const NIGHT_IN_ILLINOIS = {
  quiet_hours: { enabled: true, starts: "03:00", ends: "03:01" },
  regions: [{ region: "US-IL", starts: "00:00", ends: "23:59" }],
};

/** What the pages about sending show: a template, and messages that wait, are held, and did not arrive. */
export async function furnishDelivery(page: Page): Promise<void> {
  await send(page, "post", "/api/templates", {
    name: TEMPLATE,
    purpose: "transactional",
    variants: [
      { name: "A", weight: 2, bodies: { "*": "Hi {{contact.first_name|there}}, your {{item}} is ready." } },
      { name: "B", weight: 1, bodies: { "*": "Your {{item}} waits for you until 6 pm." } },
    ],
    variables: [{ name: "item", label: "What is ready", example: "retainer" }],
  });
  await send(page, "put", "/api/compliance/settings", NIGHT_IN_ILLINOIS);
  await write(page, KAI, HELD);
  await expect.poll(() => stateOf(page, HELD)).toBe("held");
  const tomorrow = new Date(Date.now() + 24 * 3_600_000).toISOString();
  await write(page, AMELIA.number, SCHEDULED, { send_at: tomorrow, cancel_if_answered: true });
  await carrierLoses(page, 30003);
  await write(page, AMELIA.number, FAILED);
  await expect.poll(() => stateOf(page, FAILED)).toBe("undelivered");
  await carrierDelivers(page);
}

/** Why texts are not put into the inbox. */
export const REFUSAL = "the shelf for messages is locked";

/** Two texts that cannot be processed, in long words and in another script. */
export async function furnishFailures(page: Page, data: string): Promise<void> {
  await refuseTexts(data, REFUSAL);
  await textFrom(
    page,
    KAI,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
  );
  await textFrom(page, AMELIA.number, "שלום, האם אתם פתוחים ביום ראשון? 👩‍👩‍👧‍👦");
  const failed = async (): Promise<number> =>
    (await send(page, "get", "/api/journal?state=failed")).items.length;
  await expect.poll(failed).toBe(2);
}

/** Waits until a text is in the inbox, and an answer delivered: then they stay in this order. */
async function stored(page: Page, body: string): Promise<void> {
  await expect.poll(() => stateOf(page, body)).toMatch(/received|delivered/);
}

async function rename(page: Page, phone: string, name: string): Promise<void> {
  const { items } = await send(page, "get", `/api/contacts?q=${encodeURIComponent(phone)}`);
  await send(page, "patch", `/api/contacts/${items[0].id}`, { name });
}
