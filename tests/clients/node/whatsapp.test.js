/** WhatsApp at the simulator: Twilio's client keeps templates, has them approved, sends them, and shows that it writes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clientOf } from "./lib/client.js";
import { startSimulator } from "./lib/simulator.js";

let simulator, client;

before(async () => {
  simulator = await startSimulator();
  client = clientOf(simulator);
});

after(() => simulator?.stop());

function template(name) {
  return client.content.v1.contents.create({
    friendly_name: name,
    language: "en",
    variables: { 1: "Ana" },
    types: { "twilio/text": { body: "Hello {{1}}, your table is ready." } },
  });
}

function statusOf(sid) {
  return client.content.v1.contents(sid).approvalFetch().fetch();
}

test("a template is made, handed in, approved, listed and deleted", async () => {
  const { sid } = await template("table_ready");
  const found = await client.content.v1.contents(sid).fetch();
  assert.deepEqual([found.friendlyName, found.language], ["table_ready", "en"]);
  assert.equal((await statusOf(sid)).whatsapp.status, "unsubmitted");

  const wish = { name: "table_ready", category: "UTILITY" };
  const handedIn = await client.content.v1.contents(sid).approvalCreate.create(wish);
  assert.equal(handedIn.status, "received");
  await simulator.control.decideTemplates();
  assert.equal((await statusOf(sid)).whatsapp.status, "approved");

  const listed = await client.content.v1.contentAndApprovals.list();
  assert.equal(listed.find((content) => content.sid === sid).approvalRequests.status, "approved");
  assert.equal(await client.content.v1.contents(sid).remove(), true);
  await assert.rejects(client.content.v1.contents(sid).fetch(), { status: 404 });
});

test("a rejected template says why", async () => {
  const { sid } = await template("win_a_prize");
  await client.content.v1.contents(sid).approvalCreate.create({ name: "win_a_prize", category: "UTILITY" });
  await simulator.control.decideTemplates("It is an advertisement.");
  const { whatsapp } = await statusOf(sid);
  assert.deepEqual([whatsapp.status, whatsapp.rejection_reason], ["rejected", "It is an advertisement."]);
});

test("beyond a customer's window only an approved template reaches them, filled", async () => {
  const customer = await simulator.control.newPhone();
  const to = `whatsapp:${customer}`;
  const from = `whatsapp:${simulator.number}`;
  const free = await client.messages.create({ from, to, body: "Hello" });
  const { sid } = await template("table_ready_again");
  await client.content.v1
    .contents(sid)
    .approvalCreate.create({ name: "table_ready_again", category: "UTILITY" });
  await simulator.control.decideTemplates();
  const contentVariables = JSON.stringify({ 1: "Ben" });
  const sent = await client.messages.create({ from, to, contentSid: sid, contentVariables });
  const ended = async (message) => {
    for (;;) {
      const { status, errorCode } = await client.messages(message.sid).fetch();
      if (["delivered", "read", "failed", "undelivered"].includes(status)) return [status, errorCode];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  assert.deepEqual(await ended(free), ["failed", 63016]);
  assert.equal((await ended(sent))[0], "delivered");
  const shown = await simulator.control.messagesOn(customer);
  assert.equal(shown.at(-1).body, "Hello Ben, your table is ready.");
});

test("a customer sees that somebody writes an answer", async () => {
  const customer = await simulator.control.newPhone();
  const { sid } = await simulator.control.text(customer, `whatsapp:${simulator.number}`, "Are you open?");
  const told = await client.messaging.v2.typingIndicator.create({ messageId: sid, channel: "whatsapp" });
  assert.equal(told.success, true);
  const [shown] = await simulator.control.messagesOn(customer);
  assert.ok(Date.parse(shown.typing_until) > Date.now());
  const unknown = client.messaging.v2.typingIndicator.create({
    messageId: `SM${"0".repeat(32)}`,
    channel: "whatsapp",
  });
  await assert.rejects(unknown, { status: 404 });
});
