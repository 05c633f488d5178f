/** Twilio's client creates, reads, changes and deletes messages at the simulator. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clientOf } from "./lib/client.js";
import { Receiver } from "./lib/receiver.js";
import { startSimulator } from "./lib/simulator.js";

let simulator, receiver, client;

before(async () => {
  receiver = await Receiver.start();
  simulator = await startSimulator({ webhook: receiver.url("/inbound") });
  client = clientOf(simulator);
});

after(async () => {
  await simulator?.stop();
  receiver?.stop();
});

function create(to, body) {
  const statusCallback = receiver.url("/status");
  return client.messages.create({ from: simulator.number, to, body, statusCallback });
}

/** Sends a text and waits for the carrier's last word on it. */
async function delivered(to, body) {
  const message = await create(to, body);
  await receiver.arrival(
    ({ params }) => params.MessageSid === message.sid && params.MessageStatus === "delivered",
  );
  return message;
}

/** A message that waits for its hour, as only a messaging service may hold one. */
function scheduled(to, fields = {}) {
  return client.messages.create({
    messagingServiceSid: simulator.messagingServiceSid,
    to,
    body: "See you tomorrow",
    scheduleType: "fixed",
    sendAt: new Date(Date.now() + 3_600_000),
    ...fields,
  });
}

async function rejection(promise) {
  return promise.then(
    () => assert.fail("the carrier accepted it"),
    (error) => error,
  );
}

test("a created message is queued and then delivered", async () => {
  const to = await simulator.control.newPhone();
  const message = await delivered(to, "Your table is ready");
  assert.equal(message.status, "queued");
  assert.equal(message.direction, "outbound-api");
  assert.equal(message.numSegments, "1");

  const found = await client.messages(message.sid).fetch();
  assert.equal(found.status, "delivered");
  assert.equal(found.body, "Your table is ready");
  assert.equal(found.to, to);
  assert.equal(found.from, simulator.number);
  assert.ok(found.dateSent >= found.dateCreated);

  const [shown] = await simulator.control.messagesOn(to);
  assert.equal(shown.sid, message.sid);
  assert.equal(shown.body, "Your table is ready");
});

test("a long text in another alphabet is counted in its segments", async () => {
  const to = await simulator.control.newPhone();
  const message = await create(to, "Ж".repeat(71));
  assert.equal(message.numSegments, "2");
});

test("a list holds what was sent to one number, newest first", async () => {
  const [to, other] = [await simulator.control.newPhone(), await simulator.control.newPhone("Ben")];
  for (const body of ["one", "two", "three"]) await create(to, body);
  await create(other, "for somebody else");
  const found = await client.messages.list({ to });
  assert.deepEqual(
    found.map(({ body }) => body),
    ["three", "two", "one"],
  );
});

test("a list can be narrowed to a sender", async () => {
  const customer = await simulator.control.newPhone();
  await simulator.control.text(customer, simulator.number, "Are you open?");
  const [found, ...more] = await client.messages.list({ from: customer });
  assert.equal(found.body, "Are you open?");
  assert.equal(found.direction, "inbound");
  assert.equal(found.status, "received");
  assert.deepEqual(more, []);
});

test("a list can be narrowed to days", async () => {
  const to = await simulator.control.newPhone();
  const { sid } = await delivered(to, "today");
  const { dateSent } = await client.messages(sid).fetch();
  const day = 86_400_000;
  const sids = async (filter) => (await client.messages.list({ to, ...filter })).map((found) => found.sid);
  assert.deepEqual(await sids({ dateSent }), [sid]);
  assert.deepEqual(await sids({ dateSentAfter: dateSent }), [sid]);
  assert.deepEqual(await sids({ dateSentBefore: dateSent }), [sid]);
  assert.deepEqual(await sids({ dateSentAfter: new Date(dateSent.getTime() + day) }), []);
  assert.deepEqual(await sids({ dateSentBefore: new Date(dateSent.getTime() - day) }), []);
});

test("pages together hold every message once", async () => {
  const to = await simulator.control.newPhone();
  const bodies = ["1", "2", "3", "4", "5"];
  for (const body of bodies) await create(to, body);
  const sizes = [];
  const seen = [];
  let page = await client.messages.page({ to, pageSize: 2 });
  while (page) {
    sizes.push(page.instances.length);
    seen.push(...page.instances.map(({ body }) => body));
    page = await page.nextPage();
  }
  assert.deepEqual(seen, bodies.toReversed());
  assert.deepEqual(sizes, [2, 2, 1]);
});

test("the client's own walk over the pages ends at its limit", async () => {
  const to = await simulator.control.newPhone();
  for (const body of ["1", "2", "3"]) await create(to, body);
  const found = await client.messages.list({ to, pageSize: 1, limit: 2 });
  assert.equal(found.length, 2);
});

test("a redacted message keeps everything but its text", async () => {
  const { sid } = await delivered(await simulator.control.newPhone(), "secret");
  const redacted = await client.messages(sid).update({ body: "" });
  assert.equal(redacted.body, "");
  assert.equal((await client.messages(sid).fetch()).status, "delivered");
});

test("a scheduled message can be canceled and then never leaves", async () => {
  const to = await simulator.control.newPhone();
  const message = await scheduled(to);
  assert.equal(message.status, "scheduled");
  const canceled = await client.messages(message.sid).update({ status: "canceled" });
  assert.equal(canceled.status, "canceled");
  assert.deepEqual(await simulator.control.messagesOn(to), []);
});

test("a scheduled message leaves from the number that was named", async () => {
  const message = await scheduled(await simulator.control.newPhone(), { from: simulator.number });
  assert.equal(message.from, simulator.number);
  assert.equal(message.messagingServiceSid, simulator.messagingServiceSid);
  const listed = await client.messages.list({ to: message.to });
  assert.deepEqual(
    listed.map(({ sid, status }) => [sid, status]),
    [[message.sid, "scheduled"]],
  );
});

for (const [what, fields, code] of [
  ["in less than five minutes", { sendAt: new Date(Date.now() + 240_000) }, 35117],
  ["in more than 35 days", { sendAt: new Date(Date.now() + 36 * 86_400_000) }, 35117],
  ["without a messaging service", { messagingServiceSid: undefined, from: "number" }, 35118],
  ["without a time", { sendAt: undefined }, 35111],
  ["without a type", { scheduleType: undefined }, 35126],
]) {
  test(`a message cannot be scheduled ${what}: ${code}`, async () => {
    const named = fields.from ? { ...fields, from: simulator.number } : fields;
    const error = await rejection(scheduled(await simulator.control.newPhone(), named));
    assert.equal(error.code, code);
  });
}

test("a cancel whose answer is lost has canceled the message all the same", async () => {
  const message = await scheduled(await simulator.control.newPhone());
  await simulator.control.failNextCancel("error_after");
  const error = await rejection(client.messages(message.sid).update({ status: "canceled" }));
  assert.equal(error.status, 500);
  assert.equal((await client.messages(message.sid).fetch()).status, "canceled");
  const again = await rejection(client.messages(message.sid).update({ status: "canceled" }));
  assert.equal(again.code, 30409);
});

test("a delivered message can no longer be canceled", async () => {
  const { sid } = await delivered(await simulator.control.newPhone(), "too late");
  const error = await rejection(client.messages(sid).update({ status: "canceled" }));
  assert.equal(error.code, 30409);
});

test("a deleted message is gone", async () => {
  const { sid } = await delivered(await simulator.control.newPhone(), "delete me");
  assert.equal(await client.messages(sid).remove(), true);
  const error = await rejection(client.messages(sid).fetch());
  assert.equal(error.status, 404);
  assert.equal(error.code, 20404);
});

test("a message on its way cannot be deleted", async () => {
  const { sid } = await scheduled(await simulator.control.newPhone());
  const error = await rejection(client.messages(sid).remove());
  assert.equal(error.code, 20009);
});

test("feedback on a message is taken", async () => {
  const { sid } = await create(await simulator.control.newPhone(), "Did you get the code?");
  const feedback = await client.messages(sid).feedback.create({ outcome: "confirmed" });
  assert.equal(feedback.outcome, "confirmed");
});

test("the account and its number can be read", async () => {
  const account = await client.api.v2010.accounts(simulator.accountSid).fetch();
  assert.equal(account.sid, simulator.accountSid);
  const [number, ...more] = await client.incomingPhoneNumbers.list({ phoneNumber: simulator.number });
  assert.equal(number.phoneNumber, simulator.number);
  assert.equal(number.smsUrl, receiver.url("/inbound"));
  assert.deepEqual(more, []);
});
