/**
 * Writes src/api/schema.d.ts from the server's description of its API: `npm run api:generate [description]`.
 *
 * Where the description says only "a string" although the words are fixed (message states, directions,
 * channels), the words are put in, so that a typing mistake in the app does not compile.
 */
import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";

const description = process.argv[2] ?? new URL("../../docs/openapi.json", import.meta.url);
const output = new URL("../src/api/schema.d.ts", import.meta.url);

const words = {
  state: [
    ...["scheduled", "held", "queued", "sending", "unknown", "sent", "delivered", "read"],
    ...["undelivered", "failed", "canceled", "received"],
  ],
  direction: ["inbound", "outbound"],
  channel: ["sms"],
};

/** Only what the server answers: what the app asks for is checked by the server. */
const schemas = ["Message", "LastMessage", "Line"];

const openapi = JSON.parse(await readFile(description, "utf8"));
for (const schema of schemas) {
  for (const [name, property] of Object.entries(openapi.components.schemas[schema].properties)) {
    if (name in words && property.type === "string") property.enum ??= words[name];
  }
}

const banner = "// Written by `npm run api:generate` from docs/openapi.json. Not to be edited by hand.\n\n";
await writeFile(output, banner + astToString(await openapiTS(openapi)));
