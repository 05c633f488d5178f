/** The product itself with a line for email, before Resend's description and Svix's signatures. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { setInterval as every } from "node:timers/promises";

import { Webhook } from "svix";

import { freePort } from "../../lib/program.mjs";
import { Installation } from "./lib/installation.js";
import { Judge } from "./lib/judge.js";
import { startSimulator } from "./lib/simulator.js";

const CUSTOMER = "ana@customer.example";

let simulator, judge, installation;

before(async () => {
  const port = await freePort();
  simulator = await startSimulator({ resendWebhook: `http://127.0.0.1:${port}/webhooks/resend/main` });
  judge = await Judge.start(simulator.address, "api.resend.com");
  const { apiKey, webhookSecret, address: mailbox } = simulator.resend;
  installation = await Installation.start({ apiKey, webhookSecret, mailbox, address: judge.address }, port);
});

after(async () => {
  await installation?.remove();
  judge?.stop();
  await simulator?.stop();
});

/** Looks until there is something to see; the test's time limit bounds it. */
async function until(look) {
  for await (const _ of every(100)) {
    const found = await look();
    if (found) return found;
  }
}

async function stateOf(id) {
  return (await installation.get(`/api/messages/${id}`)).state;
}

test("an email comes in once though it is told twice, and the answer keeps to its thread", async () => {
  await simulator.control.setFaults({ webhook_double_rate: 1, callback_double_rate: 1 });
  const to = simulator.resend.address;
  const asked = await simulator.control.mail({ from: CUSTOMER, to, subject: "Hola", text: "¿Está abierto?" });
  const conversation = await until(async () => (await installation.get("/api/conversations")).items[0]);
  assert.equal(conversation.unread_count, 1);

  const body = { conversation_id: conversation.id, body: "Until six." };
  const response = await installation.send("POST", "/api/messages", body, { "idempotency-key": "reply" });
  assert.equal(response.status, 201);
  const { id } = await response.json();
  await until(async () => (await stateOf(id)) === "delivered");
  const mails = await simulator.control.mailsOf(CUSTOMER);
  assert.deepEqual(
    mails.map(({ subject, text }) => [subject, text]),
    [
      ["Hola", "¿Está abierto?"],
      ["Re: Hola", "Until six."],
    ],
  );
  assert.equal(mails[1].headers["In-Reply-To"], asked.message_id);
  assert.ok(judge.seen.includes("POST /emails"));
  assert.deepEqual(judge.complaints, []);
});

test("an answer that got lost is settled, and nothing leaves twice", async () => {
  await simulator.control.failNext("drop_answer");
  const body = { to: "ben@customer.example", subject: "Your code", body: "It is 1234." };
  const response = await installation.send("POST", "/api/messages", body, { "idempotency-key": "lost" });
  const { id } = await response.json();
  await until(async () => (await stateOf(id)) === "delivered");
  assert.equal((await simulator.control.mailsOf("ben@customer.example")).length, 1);
  assert.deepEqual(judge.complaints, []);
});

test("what Svix's own library signs is taken, and nothing else", async () => {
  const payload = JSON.stringify({
    type: "email.opened",
    created_at: new Date().toISOString(),
    data: {
      email_id: randomUUID(),
      to: [CUSTOMER],
      from: simulator.resend.address,
      subject: "Hola",
      created_at: new Date().toISOString(),
    },
  });
  const tell = async (secret, at, body = payload) => {
    const id = `msg_${randomUUID()}`;
    const headers = {
      "content-type": "application/json",
      "svix-id": id,
      "svix-timestamp": String(Math.floor(at.getTime() / 1000)),
      "svix-signature": new Webhook(secret).sign(id, at, payload),
    };
    const url = `${installation.address}/webhooks/resend/main`;
    return (await fetch(url, { method: "POST", headers, body })).status;
  };
  const { webhookSecret } = simulator.resend;
  const now = new Date();
  assert.equal(await tell(webhookSecret, now), 200);
  assert.equal(await tell(webhookSecret, now, payload.replace("Hola", "Hole")), 401);
  assert.equal(await tell(webhookSecret, new Date(now.getTime() - 600_000)), 401);
  assert.equal(await tell(`whsec_${Buffer.from("another secret").toString("base64")}`, now), 401);
});
