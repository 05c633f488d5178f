/** The product itself, before the same judges: Twilio's description and Twilio's signatures. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setInterval as every } from "node:timers/promises";

import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";

import { Installation } from "./lib/installation.js";
import { freePort } from "../../lib/program.mjs";
import { startSimulator } from "./lib/simulator.js";
import { Judge } from "./lib/judge.js";

let simulator, judge, installation, inbound;

before(async () => {
  const port = await freePort();
  inbound = `http://127.0.0.1:${port}/webhooks/twilio/main/messages`;
  simulator = await startSimulator({ webhook: inbound });
  judge = await Judge.start(simulator.address);
  installation = await Installation.start({ ...simulator, address: judge.address }, port);
});

after(async () => {
  await installation?.remove();
  judge?.stop();
  await simulator?.stop();
});

async function send(to, body) {
  const response = await installation.send(
    "POST",
    "/api/messages",
    { to, body },
    { "idempotency-key": body },
  );
  assert.equal(response.status, 201);
  return response.json();
}

/** Asks for a message until it has the state; the test's time limit bounds it. */
async function reaches(id, state) {
  for await (const _ of every(100)) {
    const message = await installation.get(`/api/messages/${id}`);
    if (message.state === state) return message;
  }
}

async function acceptedBy(phone) {
  const { items } = await simulator.control.request("GET", "/ledger");
  return items.filter(({ direction, to }) => direction === "to_phone" && to === phone);
}

/** A text as the carrier would send it, signed by Twilio's own library. */
function textIn(params, signedUrl = inbound) {
  const signature = getExpectedTwilioSignature(simulator.authToken, signedUrl, params);
  return fetch(inbound, {
    method: "POST",
    headers: { "x-twilio-signature": signature },
    body: new URLSearchParams(params),
  });
}

function inboundParams(sid) {
  return {
    MessageSid: sid,
    SmsSid: sid,
    AccountSid: simulator.accountSid,
    From: "+12025550123",
    To: simulator.number,
    Body: "¿Está abierto? 50 % & más +1 😀",
    NumMedia: "0",
    NumSegments: "1",
  };
}

test("a message leaves as the description says and is delivered", async () => {
  const phone = await simulator.control.newPhone();
  const { id } = await send(phone, "Your table is ready");
  await reaches(id, "delivered");
  assert.ok(judge.seen.includes(`POST /2010-04-01/Accounts/${simulator.accountSid}/Messages.json`));
  assert.deepEqual(judge.complaints, []);
});

test("a message whose answer got lost is looked up as the description says, and not sent again", async () => {
  const phone = await simulator.control.newPhone();
  await simulator.control.setFaults({ callback_loss_rate: 1 });
  await simulator.control.failNext("drop_answer");
  const { id } = await send(phone, "Did this get through?");
  const message = await reaches(id, "delivered");
  await simulator.control.setFaults({ callback_loss_rate: 0 });
  const [accepted, ...more] = await acceptedBy(phone);
  assert.equal(accepted.sid, message.provider_message_id);
  assert.deepEqual(more, []);
  assert.ok(judge.seen.includes(`GET /2010-04-01/Accounts/${simulator.accountSid}/Messages.json`));
  assert.deepEqual(judge.complaints, []);
});

test("a signed text is answered with TwiML and is in the inbox once, however often it comes", async () => {
  const params = inboundParams(`SM${"1".repeat(32)}`);
  for (let time = 0; time < 3; time += 1) {
    const response = await textIn(params);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type"), /^(text|application)\/xml/);
    assert.match(await response.text(), /^(<\?xml [^>]*\?>\s*)?<Response(\s*\/>|>[^]*<\/Response>)\s*$/);
  }
  let found = [];
  for await (const _ of every(100)) {
    ({ items: found } = await installation.get("/api/messages?direction=inbound"));
    if (found.length > 0) break;
  }
  assert.deepEqual(
    found.map(({ provider_message_id, body }) => [provider_message_id, body]),
    [[params.MessageSid, params.Body]],
  );
});

test("a text signed for another address is refused", async () => {
  const response = await textIn(inboundParams(`SM${"2".repeat(32)}`), `${inbound}/other`);
  assert.equal(response.status, 401);
});
