/** Telnyx's official client works with the simulator, and believes what it sends to a business. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import Telnyx from "telnyx";

import { Receiver } from "./lib/receiver.js";
import { startSimulator } from "./lib/simulator.js";

let simulator, receiver, client;

before(async () => {
  receiver = await Receiver.start();
  simulator = await startSimulator({ telnyxWebhook: receiver.url("/profile") });
  const { apiKey, publicKey } = simulator.telnyx;
  client = new Telnyx({ apiKey, publicKey, baseURL: `${simulator.address}/v2`, maxRetries: 0 });
});

afterEach(() => simulator.control.setFaults({}));

after(async () => {
  await simulator?.stop();
  receiver?.stop();
});

/** What the official library makes of an event; it throws if the signature is not genuine. */
function unwrapped(request) {
  return client.webhooks.unwrap(request.body, { headers: request.headers });
}

function eventOf(id, kind) {
  return ({ body }) => {
    const { data } = JSON.parse(body);
    return data.payload.id === id && data.event_type === kind;
  };
}

async function send(fields = {}) {
  const to = await simulator.control.newPhone();
  const webhook = receiver.url("/told?m=1&t=a%20b");
  const message = { from: simulator.telnyx.number, to, text: "Olá 😀", webhook_url: webhook, ...fields };
  const { data } = await client.messages.send(message);
  return data;
}

test("a message is sent, told of with a genuine signature, and retrieved", async () => {
  const message = await send();
  assert.equal(message.to[0].status, "queued");
  assert.equal(message.messaging_profile_id, simulator.telnyx.profileId);

  const sent = await receiver.arrival(eventOf(message.id, "message.sent"));
  const finalized = await receiver.arrival(eventOf(message.id, "message.finalized"));
  assert.equal(sent.url, receiver.url("/told?m=1&t=a%20b"));
  assert.equal((await unwrapped(sent)).data.payload.to[0].status, "sent");
  assert.equal((await unwrapped(finalized)).data.payload.to[0].status, "delivered");

  const { data } = await client.messages.retrieve(message.id);
  assert.equal(data.to[0].status, "delivered");
  assert.equal(data.text, "Olá 😀");
});

test("what comes in is told of with a genuine signature, and a changed byte is noticed", async () => {
  const customer = await simulator.control.newPhone();
  const { sid } = await simulator.control.text(customer, simulator.telnyx.number, 'a | "b" \\ 👋');
  const request = await receiver.arrival(eventOf(sid, "message.received"));
  const { data } = await unwrapped(request);
  assert.equal(data.payload.text, 'a | "b" \\ 👋');
  assert.equal(data.payload.from.phone_number, customer);
  await assert.rejects(unwrapped({ ...request, body: request.body.replace("👋", "👍") }));
  await assert.rejects(unwrapped({ ...request, headers: { ...request.headers, "telnyx-timestamp": "1" } }));
});

test("a scheduled message is cancelled", async () => {
  const message = await send({ send_at: new Date(Date.now() + 3_600_000).toISOString() });
  assert.equal(message.to[0].status, "scheduled");
  const cancelled = await client.messages.cancelScheduled(message.id);
  assert.equal(cancelled.to[0].status, "cancelled");
});

test("refusals are errors of the library with Telnyx's codes", async () => {
  const codeOf = async (asked) => {
    const error = await asked.then(
      () => assert.fail("was accepted"),
      (error) => error,
    );
    return [error.status, error.error.errors[0].code];
  };
  assert.deepEqual(await codeOf(send({ from: simulator.number })), [400, "40305"]);
  const stopped = await simulator.control.newPhone();
  await simulator.control.text(stopped, simulator.telnyx.number, "STOP");
  assert.deepEqual(await codeOf(send({ to: stopped })), [400, "40300"]);
  assert.deepEqual(await codeOf(client.messages.retrieve("00000000-0000-0000-0000-000000000000")), [
    404,
    "10005",
  ]);
  await simulator.control.failNext("throttle");
  assert.deepEqual(await codeOf(send()), [429, "10011"]);
});

test("detail records are found and read", async () => {
  const message = await send();
  await receiver.arrival(eventOf(message.id, "message.finalized"));
  const page = await client.detailRecords.list({
    filter: { record_type: "messaging", cld: message.to[0].phone_number },
  });
  assert.deepEqual(
    page.data.map((record) => record.uuid),
    [message.id],
  );
});
