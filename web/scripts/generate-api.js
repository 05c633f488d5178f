/**
 * Writes src/api/schema.d.ts from the server's description of its API: `npm run api:generate [description]`.
 *
 * Where the description says only "a string" although the words are fixed (message states, directions,
 * purposes), the words are put in, so that a typing mistake in the app does not compile.
 */
import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";

const description = process.argv[2] ?? new URL("../../docs/openapi.json", import.meta.url);
const output = new URL("../src/api/schema.d.ts", import.meta.url);

const states = [
  ...["scheduled", "held", "queued", "sending", "unknown", "sent", "delivered", "read"],
  ...["undelivered", "failed", "canceled", "received"],
];
const directions = ["inbound", "outbound"];
const channels = ["sms", "mms", "whatsapp", "email", "voice"];
const purposes = ["reply", "transactional", "marketing"];
const zoneSources = ["contact", "number", "default"];

/** Only what the server answers: what the app asks for is checked by the server. */
const words = {
  Message: { state: states, direction: directions, channel: channels, purpose: purposes },
  LastMessage: { state: states, direction: directions, channel: channels },
  LineInfo: { channel: channels },
  LineHealth: { breaker: ["closed", "open", "half_open"] },
  LaneCount: { lane: ["fast", "standard", "bulk"] },
  Template: { purpose: purposes },
  BetterVariant: { metric: ["answered", "opted_out"] },
  ConsentView: { status: ["given", "revoked"] },
  RecipientZone: { source: zoneSources },
  ZoneView: { source: zoneSources },
};

/** What may be left out when it is written, but is always there when it is read. */
const whole = ["Settings"];

/** A property of a schema, also of one that is put together from others. */
function property(schema, name) {
  if (schema.properties?.[name]) return schema.properties[name];
  return schema.allOf?.map((part) => property(part, name)).find(Boolean);
}

const openapi = JSON.parse(await readFile(description, "utf8"));
for (const [schema, fields] of Object.entries(words)) {
  for (const [name, allowed] of Object.entries(fields)) {
    const found = property(openapi.components.schemas[schema] ?? {}, name);
    if (!found) throw new Error(`The description has no ${schema}.${name} any more: see the words above.`);
    found.enum ??= allowed;
  }
}

for (const name of whole) {
  const schema = openapi.components.schemas[name];
  schema.required = Object.keys(schema.properties);
}

const banner = "// Written by `npm run api:generate` from docs/openapi.json. Not to be edited by hand.\n\n";
await writeFile(output, banner + astToString(await openapiTS(openapi, { defaultNonNullable: false })));
