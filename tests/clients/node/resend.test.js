/** Resend's official client works with the simulator, and it and Svix's believe what the simulator tells a business. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Resend } from "resend";
import { Webhook } from "svix";

import { checkExchange } from "./lib/description.js";
import { Receiver } from "./lib/receiver.js";
import { startSimulator } from "./lib/simulator.js";

const CUSTOMER = "ana@customer.example";

let simulator, receiver, client, unwatched;
/** What the description does not allow: the library would swallow an error. */
const complaints = [];

before(async () => {
  receiver = await Receiver.start();
  simulator = await startSimulator({ resendWebhook: receiver.url("/events") });
  unwatched = globalThis.fetch;
  globalThis.fetch = watched;
  client = clientWith(simulator.resend.apiKey);
});

afterEach(async () => {
  await simulator.control.setFaults({});
  assert.deepEqual(complaints.splice(0), []);
});

after(async () => {
  globalThis.fetch = unwatched;
  await simulator?.stop();
  receiver?.stop();
});

function clientWith(apiKey) {
  return new Resend(apiKey, { baseUrl: simulator.address });
}

/** What the library asks and is answered is held against Resend's description. */
async function watched(address, options = {}) {
  const response = await unwatched(address, options);
  const url = String(address);
  if (url.startsWith(simulator.address) && !url.startsWith(simulator.control.base)) {
    try {
      checkExchange({
        method: options.method,
        uri: url.replace(simulator.address, "https://api.resend.com"),
        form: options.body && JSON.parse(options.body),
        status: response.status,
        body: await response.clone().json(),
      });
    } catch (error) {
      complaints.push(error.message);
    }
  }
  return response;
}

function mail(fields = {}) {
  const from = `Harbor Street <${simulator.resend.address}>`;
  return { from, to: [CUSTOMER], subject: "Your visit ☕", text: "See you tomorrow.", ...fields };
}

async function accepted(promise) {
  const { data, error } = await promise;
  assert.equal(error, null);
  return data;
}

async function refused(promise) {
  const { data, error } = await promise;
  assert.equal(data, null);
  return error;
}

/** The first event of this type about an email. */
function event(id, type) {
  return receiver.arrival(({ body }) => {
    const said = JSON.parse(body);
    return said.data.email_id === id && said.type === type;
  });
}

/** What both libraries make of an event; they throw if the signature is not genuine. */
function verified({ body, headers }) {
  const byResend = client.webhooks.verify({
    payload: body,
    headers: {
      id: headers["svix-id"],
      timestamp: headers["svix-timestamp"],
      signature: headers["svix-signature"],
    },
    webhookSecret: simulator.resend.webhookSecret,
  });
  assert.deepEqual(new Webhook(simulator.resend.webhookSecret).verify(body, headers), byResend);
  return byResend;
}

test("an email is sent, told of with a genuine signature, and fetched", async () => {
  const { id } = await accepted(client.emails.send(mail()));
  for (const type of ["email.sent", "email.delivered"]) {
    const said = verified(await event(id, type));
    assert.deepEqual([said.type, said.data.to, said.data.subject], [type, [CUSTOMER], "Your visit ☕"]);
  }
  const found = await accepted(client.emails.get(id));
  assert.deepEqual([found.last_event, found.text], ["delivered", "See you tomorrow."]);
  const { data } = await accepted(client.emails.list());
  assert.ok(data.some((listed) => listed.id === id));
  const [shown] = (await simulator.control.mailsOf(CUSTOMER)).filter((seen) => seen.id === id);
  assert.equal(shown.text, "See you tomorrow.");
});

test("a repeated request with its key is one email, and another request with it is refused", async () => {
  const options = { idempotencyKey: "visit/7" };
  const first = await accepted(client.emails.send(mail(), options));
  const again = await accepted(client.emails.send(mail(), options));
  assert.equal(again.id, first.id);
  const error = await refused(client.emails.send(mail({ text: "Or not." }), options));
  assert.deepEqual([error.name, error.statusCode], ["invalid_idempotent_request", 409]);
});

test("what comes in is told of with a genuine signature, and a changed byte is noticed", async () => {
  const file = {
    filename: "Karte.txt",
    content_type: "text/plain",
    content: Buffer.from("Grüße").toString("base64"),
  };
  const to = simulator.resend.address;
  const text = "¿Está abierto? 😀";
  const { id } = await simulator.control.mail({
    from: `Ana <${CUSTOMER}>`,
    to,
    subject: "Hola",
    text,
    files: [file],
  });
  const request = await event(id, "email.received");
  const said = verified(request);
  assert.deepEqual([said.data.to, said.data.attachments.length, said.data.text], [[to], 1, undefined]);
  assert.throws(() => verified({ ...request, body: request.body.replace("Hola", "Hole") }));

  const found = await accepted(client.emails.receiving.get(id));
  assert.deepEqual([found.text, found.attachments[0].filename], [text, "Karte.txt"]);
  const { data } = await accepted(client.emails.receiving.list());
  assert.ok(data.some((listed) => listed.id === id));

  const attachments = await accepted(client.emails.receiving.attachments.list({ emailId: id }));
  const { download_url: link } = attachments.data[0];
  assert.equal(await (await unwatched(link)).text(), "Grüße");
});

test("who complained or bounced is on the list, and the next email to them is not sent", async () => {
  for (const [name, type] of [
    ["bounced", "email.bounced"],
    ["complained", "email.complained"],
  ]) {
    const to = [`${name}@customer.example`];
    const first = await accepted(client.emails.send(mail({ to })));
    verified(await event(first.id, type));
    const second = await accepted(client.emails.send(mail({ to })));
    verified(await event(second.id, "email.suppressed"));
  }
});

test("refusals are errors of the library with Resend's names", async () => {
  const strange = await refused(clientWith("re_wrong").emails.send(mail()));
  assert.deepEqual([strange.name, strange.statusCode], ["invalid_api_key", 403]);
  const unknown = await refused(client.emails.get("00000000-0000-4000-8000-000000000000"));
  assert.deepEqual([unknown.name, unknown.statusCode], ["not_found", 404]);
  const notOurs = await refused(client.emails.send(mail({ from: "somebody@elsewhere.example" })));
  assert.equal(notOurs.statusCode, 403);
  await simulator.control.setFaults({ throttle_rate: 1 });
  const throttled = await refused(client.emails.send(mail()));
  assert.deepEqual([throttled.name, throttled.statusCode], ["rate_limit_exceeded", 429]);
});
