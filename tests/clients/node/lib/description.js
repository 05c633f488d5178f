/**
 * Holds requests and answers against Twilio's own OpenAPI description, more strictly than a client would:
 * nothing undescribed may be sent, and an answer has every described field and no other.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import Ajv from "ajv";
import addFormats from "ajv-formats";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const specs = process.env.TRUNKLINE_SPECS ?? `${root}../shared/specs`;
const description = JSON.parse(readFileSync(`${specs}/twilio/twilio_api_v2010.trimmed.json`, "utf8"));

const RFC_2822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/;

// One compiler for what is sent, where everything is text and a list may be one value, and one for
// what is answered, where a number is a number.
const sent = compiler({ coerceTypes: "array" });
const answered = compiler({});

function compiler(options) {
  const ajv = new Ajv({ strict: false, allErrors: true, ...options });
  addFormats(ajv, ["date", "int32", "int64"]);
  ajv.addFormat("date-time-rfc-2822", RFC_2822);
  ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));
  ajv.addFormat("phone-number", /^(\w+:)?\+?\w+$/);
  ajv.addFormat("currency", /^[A-Z]{3}$/);
  // The description's own examples of a "uri" are paths.
  ajv.addFormat("uri", /^(https?:\/)?\/\S+$/);
  // Formats that say how a client library should wrap a value, not what it looks like.
  for (const name of ["uri-map", "http-method", "endpoint", "twiml"]) ajv.addFormat(name, true);
  return ajv;
}

const errorBody = answered.compile({
  type: "object",
  required: ["code", "message", "more_info", "status"],
  properties: {
    code: { type: "integer" },
    message: { type: "string", minLength: 1 },
    more_info: { type: "string", format: "uri" },
    status: { type: "integer" },
    details: { type: "object" },
  },
  additionalProperties: false,
});

/** Fails unless the description allows the request and the answer. Parameters are name → value(s). */
export function checkExchange({ method, uri, query = {}, form = {}, status, body }) {
  const url = new URL(uri);
  const { template, operation } = findOperation(method, url.pathname);
  const place = `${method.toUpperCase()} ${template}`;
  checkQuery(place, operation, { ...Object.fromEntries(url.searchParams), ...query });
  if (status >= 400) {
    check(`${place} → ${status}`, errorBody, body);
    assert.equal(body.status, status, "an error body repeats the HTTP status");
    return;
  }
  checkForm(place, operation, form);
  checkAnswer(place, operation, status, body);
}

function findOperation(method, path) {
  for (const [template, operations] of Object.entries(description.paths)) {
    const pattern = template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/.]+");
    if (new RegExp(`^${pattern}$`).test(path)) {
      const operation = operations[method.toLowerCase()];
      assert.ok(operation, `${template} has no ${method}`);
      return { template, operation };
    }
  }
  return assert.fail(`${path} is not in the description`);
}

function checkQuery(place, operation, query) {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, inPlace(schema)]));
  check(`${place} query`, sent.compile({ type: "object", properties, additionalProperties: false }), query);
}

function checkForm(place, operation, form) {
  const schema = operation.requestBody?.content["application/x-www-form-urlencoded"].schema;
  if (!schema) return assert.deepEqual(form, {}, `${place} takes no form`);
  check(`${place} form`, sent.compile({ ...inPlace(schema), additionalProperties: false }), form);
}

function checkAnswer(place, operation, status, body) {
  const answer = operation.responses[status];
  assert.ok(answer, `${place} does not answer ${status}`);
  const schema = answer.content?.["application/json"].schema;
  if (!schema) return assert.ok(!body, `${place} answers ${status} without a body`);
  check(`${place} → ${status}`, answered.compile(complete(inPlace(schema))), body);
}

function check(what, validate, value) {
  const copy = structuredClone(value);
  assert.ok(validate(copy), `${what}: ${JSON.stringify(validate.errors, null, 1)}\n${JSON.stringify(value)}`);
}

/** The schema with its references (they hold no circle) replaced by what they refer to. */
function inPlace(schema) {
  if (Array.isArray(schema)) return schema.map(inPlace);
  if (schema === null || typeof schema !== "object") return schema;
  if (schema.$ref) {
    return inPlace(description.components.schemas[schema.$ref.split("/").at(-1)]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inPlace(value)]));
}

/** The schema with every described field required and no other allowed, at every level. */
function complete(schema) {
  if (schema.items) return { ...schema, items: complete(schema.items) };
  if (!schema.properties) return schema;
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([name, value]) => [name, field(name, value)]),
  );
  return { ...schema, properties, required: Object.keys(properties), additionalProperties: false };
}

/** Settings that are not set are empty texts in the description's own examples, whatever its formats say. */
function field(name, schema) {
  const setting = /_(url|callback|application_sid)$/.test(name);
  return setting ? { anyOf: [{ const: "" }, schema] } : complete(schema);
}
