/** What the simulator sends to a business passes the validator that Twilio gives to businesses. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import twilio from "twilio";

import { clientOf } from "./lib/client.js";
import { EMPTY_TWIML, Receiver } from "./lib/receiver.js";
import { startSimulator } from "./lib/simulator.js";

let simulator, receiver, client;

before(async () => {
  receiver = await Receiver.start();
  // A query is part of what is signed.
  simulator = await startSimulator({ webhook: receiver.url("/inbound?line=main&note=a%20b") });
  client = clientOf(simulator);
});

afterEach(() => {
  receiver.twiml = EMPTY_TWIML;
});

after(async () => {
  await simulator?.stop();
  receiver?.stop();
});

function isGenuine({ url, headers, params }) {
  return twilio.validateRequest(simulator.authToken, headers["x-twilio-signature"], url, params);
}

function statusOf(message, status) {
  return ({ params }) => params.MessageSid === message.sid && params.MessageStatus === status;
}

test("an inbound text arrives signed and with the parameters of the documentation", async () => {
  const customer = await simulator.control.newPhone();
  const body = "¿Está abierto? 50 % & más +1 😀";
  const sent = await simulator.control.text(customer, simulator.number, body);
  const request = await receiver.arrival(({ params }) => params.MessageSid === sent.sid);

  assert.equal(request.method, "POST");
  assert.equal(request.url, receiver.url("/inbound?line=main&note=a%20b"));
  assert.match(request.headers["content-type"], /^application\/x-www-form-urlencoded/);
  assert.ok(isGenuine(request));
  const { params } = request;
  assert.equal(params.Body, body);
  assert.equal(params.From, customer);
  assert.equal(params.To, simulator.number);
  assert.equal(params.AccountSid, simulator.accountSid);
  assert.equal(params.SmsSid, sent.sid);
  assert.equal(params.SmsMessageSid, sent.sid);
  assert.equal(params.NumMedia, "0");
  assert.equal(params.NumSegments, "1");
  assert.equal(params.SmsStatus, "received");
  assert.equal(params.ApiVersion, "2010-04-01");
});

test("a signature does not fit another body, another address or another token", async () => {
  const customer = await simulator.control.newPhone();
  const sent = await simulator.control.text(customer, simulator.number, "Hello");
  const request = await receiver.arrival(({ params }) => params.MessageSid === sent.sid);
  assert.equal(isGenuine({ ...request, params: { ...request.params, Body: "Hullo" } }), false);
  assert.equal(isGenuine({ ...request, url: receiver.url("/inbound") }), false);
  const signature = request.headers["x-twilio-signature"];
  assert.equal(twilio.validateRequest("0".repeat(32), signature, request.url, request.params), false);
});

test("status callbacks come signed, and never for the first status", async () => {
  const to = await simulator.control.newPhone();
  const message = await client.messages.create({
    from: simulator.number,
    to,
    body: "Hello",
    statusCallback: receiver.url("/status?m=1&t=a%2Bb"),
  });
  await receiver.arrival(statusOf(message, "delivered"));
  const callbacks = receiver.received.filter(
    ({ params }) => params.MessageSid === message.sid && params.MessageStatus,
  );
  const statuses = callbacks.map(({ params }) => params.MessageStatus);
  assert.ok(!statuses.includes("queued"));
  assert.ok(statuses.includes("sent"));
  for (const callback of callbacks) {
    assert.equal(callback.url, receiver.url("/status?m=1&t=a%2Bb"));
    assert.ok(isGenuine(callback), callback.params.MessageStatus);
    assert.equal(callback.params.SmsStatus, callback.params.MessageStatus);
    assert.equal(callback.params.SmsSid, message.sid);
    assert.equal(callback.params.AccountSid, simulator.accountSid);
    assert.equal(callback.params.To, to);
  }
});

test("a failed delivery says why", async () => {
  await simulator.control.setFaults({ outcome: "undelivered", error_code: 30003 });
  const message = await client.messages.create({
    from: simulator.number,
    to: await simulator.control.newPhone(),
    body: "Hello",
    statusCallback: receiver.url("/status"),
  });
  const callback = await receiver.arrival(statusOf(message, "undelivered"));
  assert.ok(isGenuine(callback));
  assert.equal(callback.params.ErrorCode, "30003");
  assert.equal((await client.messages(message.sid).fetch()).errorCode, 30003);
  await simulator.control.reset();
});

test("a reply written with Twilio's own TwiML library is sent to the customer", async () => {
  const reply = new twilio.twiml.MessagingResponse();
  reply.message("Thanks, & see you <soon>");
  receiver.twiml = reply.toString();
  const customer = await simulator.control.newPhone();
  await simulator.control.text(customer, simulator.number, "Hello");

  const found = await eventually(async () => (await client.messages.list({ to: customer }))[0]);
  assert.equal(found.body, "Thanks, & see you <soon>");
  assert.equal(found.direction, "outbound-reply");
  assert.equal(found.from, simulator.number);
});

/** Asks until there is an answer; the test's time limit bounds it. */
async function eventually(ask) {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
}
