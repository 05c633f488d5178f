/** The check against Twilio's description would notice what it is there to notice. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { checkExchange } from "./lib/description.js";

const SID = `AC${"a".repeat(32)}`;
const MESSAGE = `SM${"b".repeat(32)}`;
const MESSAGES = `https://api.twilio.com/2010-04-01/Accounts/${SID}/Messages.json`;
const DATE = "Thu, 24 Aug 2023 05:01:45 +0000";

const CREATED = {
  account_sid: SID,
  api_version: "2010-04-01",
  body: "Hello",
  date_created: DATE,
  date_sent: null,
  date_updated: DATE,
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: "+12025550100",
  messaging_service_sid: null,
  num_media: "0",
  num_segments: "1",
  price: null,
  price_unit: "USD",
  sid: MESSAGE,
  status: "queued",
  subresource_uris: { media: `/2010-04-01/Accounts/${SID}/Messages/${MESSAGE}/Media.json` },
  to: "+12025550123",
  uri: `/2010-04-01/Accounts/${SID}/Messages/${MESSAGE}.json`,
};

function create({
  form = { To: "+12025550123", Body: "Hello" },
  status = 201,
  body = CREATED,
  uri = MESSAGES,
}) {
  checkExchange({ method: "post", uri, form, status, body });
}

test("an exchange as described passes", () => {
  create({});
  create({
    status: 400,
    body: { code: 21211, message: "Invalid", more_info: "https://h/21211", status: 400 },
  });
});

test("what the description does not allow is noticed", () => {
  const { uri: _, ...withoutUri } = CREATED;
  const wrong = [
    { form: { Recipient: "+12025550123" } },
    { form: { To: "+12025550123", ValidityPeriod: "soon" } },
    { uri: MESSAGES.replace("Messages", "Letters") },
    { uri: `${MESSAGES}?Limit=1` },
    { status: 200 },
    { body: withoutUri },
    { body: { ...CREATED, state: "queued" } },
    { body: { ...CREATED, num_segments: 1 } },
    { body: { ...CREATED, date_created: "2023-08-24T05:01:45Z" } },
    { body: { ...CREATED, sid: "SM1" } },
    { body: { ...CREATED, status: "held" } },
    { status: 400, body: { error: "Invalid" } },
    { status: 400, body: { code: 21211, message: "Invalid", more_info: "https://h/21211", status: 401 } },
  ];
  for (const change of wrong) assert.throws(() => create(change), JSON.stringify(change));
});
