/** An exchange of emails, with what is hard to draw: a long letter, a layout of its own, an answer by a machine. */
import { expect, type Page } from "@playwright/test";

import { mailFrom, mailsOf, send, stateOf, write } from "./office";

/** A customer who writes emails. */
export const ANA = { address: "ana.lopez@example.net", from: "Ana López <ana.lopez@example.net>" };
export const INVOICE = "Question about my last invoice";

export const CARD = "Your insurance card is ready";

const QUESTION = `Hello,

I have just opened the invoice for my visit on November 12, and there is a position on it that I do not recognise: "Consultation, extended" for $85. As far as I remember we only spoke for a few minutes after the cleaning.

Could you have a look and tell me what it is for? The number is 2026-1187. I have paid the rest already, at https://pay.example.com/invoices/2026-1187.

Thank you and kind regards
Ana`;

const ANSWER = `Hello Ana,

thank you for asking. You are right: the extended consultation belongs to another patient's visit, and it should not have been on your invoice. We have taken it off; a corrected one is on its way, and you do not have to do anything.

We are sorry for the trouble.`;

const LONG = `Dear team,

${"Thank you for the corrected invoice. While I have you, I would like to describe in some detail what happened since the last treatment, because I think it matters for the next one.\n\n".repeat(7)}In short: it is better, but not yet good.

Ana`;

/** As a shop's program would lay it out; the picture lies elsewhere. */
const LAYOUT = `<html><body style="font-family:sans-serif"><table width="100%" cellpadding="12"><tr><td bgcolor="#0f5e6b"><font color="#ffffff" size="5">Your insurance card is ready</font></td></tr><tr><td><p>Dear practice,</p><p>please find below the <b>new card</b> of our member Ana López.</p><img src="https://images.example.org/card.png" alt="The card" width="320"><p><a href="https://insurance.example.org/members/1187">Open it in your account</a></p></td></tr></table></body></html>`;

/** A question, our answer, their answer with a layout and what it repeats, and what a machine wrote. */
export async function furnishMail(page: Page): Promise<void> {
  await mailFrom(page, ANA.from, { subject: INVOICE, text: QUESTION });
  await expect.poll(() => stateOf(page, QUESTION)).toBe("received");
  const { items } = await send(page, "get", "/api/messages?limit=100");
  const { conversation_id } = items.find(({ body }: { body: string }) => body === QUESTION);
  const answer = { conversation_id, body: ANSWER };
  await send(page, "post", "/api/messages", answer, { "idempotency-key": "answer-to-ana" });
  await expect.poll(() => stateOf(page, ANSWER)).toBe("delivered");
  const received = (await mailsOf(page, ANA.address)).filter((mail: { received: boolean }) => mail.received);
  await mailFrom(page, ANA.from, { text: LONG, answers: received.at(-1).id });
  await expect.poll(() => stateOf(page, LONG.trim())).toBe("received");
  await mailFrom(page, ANA.from, {
    subject: CARD,
    text: "Dear practice,\n\nplease find below the new card of our member Ana López.",
    html: LAYOUT,
  });
  await writeAndAnswer(page);
}

/** What stands in the mail program of the first phone. */
async function writeAndAnswer(page: Page): Promise<void> {
  const question = "Do you have my X-rays as files?";
  await mailFrom(page, '"Amelia Okafor" <amelia.okafor@example.net>', { subject: "X-rays", text: question });
  await expect.poll(() => stateOf(page, question)).toBe("received");
  await write(page, "amelia.okafor@example.net", "We do. I will send them in an hour.");
  await expect.poll(async () => (await mailsOf(page, "amelia.okafor@example.net")).length).toBe(2);
}
