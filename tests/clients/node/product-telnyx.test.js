/** The product itself on a Telnyx number, set up by variables alone. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setInterval as every } from "node:timers/promises";

import { freePort } from "../../lib/program.mjs";
import { Installation } from "./lib/installation.js";
import { startSimulator } from "./lib/simulator.js";

let simulator, installation;

before(async () => {
  const port = await freePort();
  simulator = await startSimulator({ telnyxWebhook: `http://127.0.0.1:${port}/webhooks/telnyx/main` });
  installation = await Installation.start({ ...simulator.telnyx, address: simulator.address }, port);
});

after(async () => {
  await installation?.remove();
  await simulator?.stop();
});

/** Looks until there is something to see; the test's time limit bounds it. */
async function until(look) {
  for await (const _ of every(100)) {
    const found = await look();
    if (found) return found;
  }
}

test("a text comes in once though it is told twice, and the answer is sent and delivered", async () => {
  const customer = await simulator.control.newPhone();
  await simulator.control.setFaults({
    webhook_double_rate: 1,
    callback_double_rate: 1,
    callback_reorder_rate: 1,
  });
  await simulator.control.text(customer, simulator.telnyx.number, "¿Está abierto? 😀");
  const conversation = await until(async () => (await installation.get("/api/conversations")).items[0]);
  assert.equal(conversation.unread_count, 1);

  const body = { conversation_id: conversation.id, body: "Until six." };
  const response = await installation.send("POST", "/api/messages", body, { "idempotency-key": "reply" });
  assert.equal(response.status, 201);
  const { id } = await response.json();
  await until(async () => (await installation.get(`/api/messages/${id}`)).state === "delivered");
  const shown = await simulator.control.messagesOn(customer);
  assert.deepEqual(
    shown.map((message) => message.body),
    ["¿Está abierto? 😀", "Until six."],
  );
});

test("an answer that got lost is settled by the reports, and nothing is sent again", async () => {
  const customer = await simulator.control.newPhone();
  await simulator.control.failNext("drop_answer");
  const body = { to: customer, body: "Your code is 1234" };
  const response = await installation.send("POST", "/api/messages", body, { "idempotency-key": "lost" });
  const { id } = await response.json();
  await until(async () => (await installation.get(`/api/messages/${id}`)).state === "delivered");
  const { items } = await simulator.control.request("GET", "/ledger");
  assert.equal(items.filter(({ to }) => to === customer).length, 1);
});
