/** What the simulator refuses reaches the client as the exception, with the code, that Twilio's would. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { clientOf } from "./lib/client.js";
import { startSimulator } from "./lib/simulator.js";

let simulator, client;

before(async () => {
  simulator = await startSimulator();
  client = clientOf(simulator);
});

after(() => simulator?.stop());

async function createFails(fields, from = client) {
  const message = { from: simulator.number, to: "+12025550123", body: "Hello", ...fields };
  return from.messages.create(message).then(
    () => assert.fail("the carrier accepted it"),
    (error) => {
      assert.equal(error.constructor.name, "RestException");
      assert.match(error.moreInfo, new RegExp(`/${error.code}$`));
      return error;
    },
  );
}

test("a wrong token is refused with 20003", async () => {
  const error = await createFails({}, clientOf(simulator, { authToken: "0".repeat(32) }));
  assert.equal(error.status, 401);
  assert.equal(error.code, 20003);
});

test("an unknown message is 20404", async () => {
  await assert.rejects(client.messages(`SM${"0".repeat(32)}`).fetch(), { status: 404, code: 20404 });
});

describe("a message that cannot be is refused with 400 and", () => {
  const cases = [
    ["no recipient", { to: "" }, 21604],
    ["no text and no media", { body: undefined }, 21602],
    ["a text over 1600 characters", { body: "a".repeat(1601) }, 21617],
    ["a recipient that is no phone number", { to: "hello" }, 21211],
    ["no sender", { from: undefined }, 21603],
    ["the recipient that Twilio's test credentials call invalid", { to: "+15005550001" }, 21211],
    ["the recipient that cannot be routed", { to: "+15005550002" }, 21612],
    ["the recipient in a country without permission", { to: "+15005550003" }, 21408],
    ["the recipient that opted out", { to: "+15005550004" }, 21610],
    ["the recipient that is no mobile", { to: "+15005550009" }, 21614],
    ["the sender that is invalid", { from: "+15005550001" }, 21212],
    ["the sender that cannot text", { from: "+15005550007" }, 21606],
    ["the sender whose queue is full", { from: "+15005550008" }, 21611],
  ];
  for (const [what, fields, code] of cases) {
    test(`${what}: ${code}`, async () => {
      const error = await createFails(fields);
      assert.equal(error.code, code);
      assert.equal(error.status, 400);
    });
  }
});

test("who texted STOP is blocked with 21610 until START", async () => {
  const customer = await simulator.control.newPhone();
  await simulator.control.text(customer, simulator.number, "STOP");
  assert.equal((await createFails({ to: customer })).code, 21610);
  await simulator.control.text(customer, simulator.number, "START");
  const message = await client.messages.create({
    from: simulator.number,
    to: customer,
    body: "Welcome back",
  });
  assert.equal(message.status, "queued");
});

describe("under a fault", () => {
  beforeEach(() => simulator.control.reset());
  afterEach(() => simulator.control.reset());

  test("throttling is 429 with 20429, and nothing was accepted", async () => {
    await simulator.control.setFaults({ throttle_rate: 1 });
    const error = await createFails({ to: await simulator.control.newPhone() });
    assert.equal(error.status, 429);
    assert.equal(error.code, 20429);
    assert.deepEqual((await simulator.control.request("GET", "/ledger")).items, []);
  });

  test("a breakdown before acceptance is a 5xx, and nothing was accepted", async () => {
    await simulator.control.setFaults({ error_before_rate: 1 });
    const error = await createFails({ to: await simulator.control.newPhone() });
    assert.ok(error.status >= 500);
    assert.deepEqual((await simulator.control.request("GET", "/ledger")).items, []);
  });

  test("a breakdown after acceptance is a 5xx, and the message exists", async () => {
    await simulator.control.failNext("error_after");
    const to = await simulator.control.newPhone();
    const error = await createFails({ to });
    assert.ok(error.status >= 500);
    const [found, ...more] = await client.messages.list({ to });
    assert.equal(found.body, "Hello");
    assert.deepEqual(more, []);
  });

  test("a dropped answer leaves the client without one, and the message exists", async () => {
    await simulator.control.failNext("drop_answer");
    const to = await simulator.control.newPhone();
    await assert.rejects(client.messages.create({ from: simulator.number, to, body: "Hello" }));
    assert.equal((await client.messages.list({ to })).length, 1);
  });
});
