/**
 * Holds requests and answers against the providers' own OpenAPI descriptions, more strictly than a client would:
 * nothing undescribed may be sent, and an answer has every described field and no other.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const specs = process.env.TRUNKLINE_SPECS ?? `${root}../shared/specs`;

const RESEND = "api.resend.com";

/** By the host that it describes; JSON is YAML as well. */
const descriptions = Object.fromEntries(
  [
    ["api.twilio.com", "twilio/twilio_api_v2010.trimmed.json"],
    ["content.twilio.com", "twilio/twilio_content_v1.json"],
    ["messaging.twilio.com", "twilio/twilio_messaging_v2.json"],
    [RESEND, "resend/resend.yaml"],
  ].map(([host, file]) => [host, parse(readFileSync(`${specs}/${file}`, "utf8"))]),
);

const RFC_2822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/;

// One compiler for what is sent, where everything is text and a list may be one value, and one for
// what is answered, where a number is a number.
const sent = compiler({ coerceTypes: "array" });
const answered = compiler({});

function compiler(options) {
  const ajv = new Ajv({ strict: false, allErrors: true, ...options });
  addFormats(ajv, ["date", "int32", "int64", "uuid"]);
  ajv.addFormat("date-time-rfc-2822", RFC_2822);
  ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));
  ajv.addFormat("phone-number", /^(\w+:)?\+?\w+$/);
  ajv.addFormat("currency", /^[A-Z]{3}$/);
  // The description's own examples of a "uri" are paths.
  ajv.addFormat("uri", /^(https?:\/)?\/\S+$/);
  // Formats that say how a client library should wrap a value, not what it looks like.
  for (const name of ["uri-map", "http-method", "endpoint", "twiml", "phone-number-capabilities", "binary"])
    ajv.addFormat(name, true);
  return ajv;
}

const twilioError = {
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
};

/** Not in Resend's description; so its errors are in its clients. */
const resendError = {
  type: "object",
  required: ["statusCode", "name", "message"],
  properties: {
    statusCode: { type: "integer" },
    name: { type: "string", pattern: "^[a-z_]+$" },
    message: { type: "string", minLength: 1 },
  },
  additionalProperties: false,
};

const errors = {
  "api.twilio.com": [answered.compile(twilioError), "status"],
  "content.twilio.com": [answered.compile(twilioError), "status"],
  "messaging.twilio.com": [answered.compile(twilioError), "status"],
  [RESEND]: [answered.compile(resendError), "statusCode"],
};

/** Fails unless the description allows the request and the answer. Parameters are name → value(s). */
export function checkExchange({ method, uri, query = {}, form = {}, status, body }) {
  const url = new URL(uri);
  const { template, operation } = findOperation(url.hostname, method, url.pathname);
  const place = `${method.toUpperCase()} ${template}`;
  checkQuery(place, operation, { ...Object.fromEntries(url.searchParams), ...query });
  if (status >= 400) {
    const [errorBody, field] = errors[url.hostname];
    check(`${place} → ${status}`, errorBody, body);
    assert.equal(body[field], status, "an error body repeats the HTTP status");
    return;
  }
  checkSent(place, operation, form);
  checkAnswer(url.hostname, place, operation, status, body);
}

function findOperation(host, method, path) {
  const description = descriptions[host];
  assert.ok(description, `no description of ${host}`);
  // A path of fixed words goes before one with a parameter in their place.
  const parameters = ([template]) => template.split("{").length;
  const paths = Object.entries(description.paths).sort((one, other) => parameters(one) - parameters(other));
  for (const [template, operations] of paths) {
    const pattern = template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/.]+");
    if (new RegExp(`^${pattern}$`).test(path)) {
      const operation = operations[method.toLowerCase()];
      assert.ok(operation, `${template} has no ${method}`);
      return { template, operation: inPlace(description, operation) };
    }
  }
  return assert.fail(`${path} is not in the description`);
}

function checkQuery(place, operation, query) {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  check(`${place} query`, sent.compile({ type: "object", properties, additionalProperties: false }), query);
}

/** A form, whose values are texts, or JSON. */
function checkSent(place, operation, body) {
  const [[type, content] = []] = Object.entries(operation.requestBody?.content ?? {});
  if (!content) return assert.deepEqual(body ?? {}, {}, `${place} takes no body`);
  const compile = type === "application/json" ? answered : sent;
  check(`${place} body`, compile.compile({ ...content.schema, additionalProperties: false }), body);
}

function checkAnswer(host, place, operation, status, body) {
  const answer = operation.responses[status];
  assert.ok(answer, `${place} does not answer ${status}`);
  const schema = answer.content?.["application/json"].schema;
  if (!schema) return assert.ok(!body, `${place} answers ${status} without a body`);
  check(`${place} → ${status}`, answered.compile(complete(schema, host !== RESEND)), body);
}

function check(what, validate, value) {
  const copy = structuredClone(value);
  assert.ok(validate(copy), `${what}: ${JSON.stringify(validate.errors, null, 1)}\n${JSON.stringify(value)}`);
}

/** An operation with its references (they hold no circle) replaced by what they refer to. */
function inPlace(description, part) {
  const replaced = (inner) => inPlace(description, inner);
  if (Array.isArray(part)) return part.map(replaced);
  if (part === null || typeof part !== "object") return part;
  if (part.$ref) {
    const steps = part.$ref.split("/").slice(1);
    return replaced(steps.reduce((found, step) => found[step], description));
  }
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, replaced(value)]));
}

/**
 * The schema with every described field required and no other allowed, at every level. Resend's lists leave out some
 * of what they are described with, so there no field is required.
 */
function complete(schema, whole) {
  if (schema.items) return { ...schema, items: complete(schema.items, whole) };
  if (!schema.properties) return schema;
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([name, value]) => [name, field(name, value, whole)]),
  );
  const required = whole ? Object.keys(properties) : schema.required;
  return { ...schema, properties, required: required ?? [], additionalProperties: false };
}

/**
 * Settings that are not set are empty texts in Twilio's own examples, and an email without HTML has null for it in
 * Resend's, whatever the formats say.
 */
function field(name, schema, whole) {
  if (/_(url|callback|application_sid)$/.test(name)) return { anyOf: [{ const: "" }, schema] };
  if (!whole && /^(html|text)$/.test(name)) return { anyOf: [{ type: "null" }, schema] };
  return complete(schema, whole);
}
