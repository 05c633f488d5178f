/** What sends: Trunkline on both engines, BullMQ and graphile-worker; and the provider they all send to. */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { newDatabase } from "../../tests/lib/postgres.mjs";
import { freePort, output, root, start, startUntil, stop } from "../../tests/lib/program.mjs";

export const bin = (name) => join(process.env.TRUNKLINE_BENCH_BIN, name);
const peers = new URL("peers/", import.meta.url).pathname;
/** The Node that the peers want, which is newer than Debian's. */
const node = join(peers, "node_modules/.bin/node");

/** Whose line ours sends and hears by. */
export const ACCOUNT = { sid: `AC${"0".repeat(32)}`, token: "0".repeat(32), number: "+12025550100" };

/** A provider, and what it has seen. */
export async function startMock(latencyMs = 0) {
  const { said: url } = await startUntil(bin("trunkline-mock"), ["--latency-ms", String(latencyMs)], {
    ready: (line) => line.startsWith("http://") && line,
  });
  return {
    url,
    reset: () => fetch(`${url}/reset`, { method: "POST" }),
    report: async () => (await fetch(`${url}/report`)).json(),
  };
}

/** Our program with an owner signed in, no quiet hours, and a line that leads to the mock. */
export async function startOurs(
  folder,
  mock,
  { database, lineSettings = {}, roles = "web,work", name = "one", settings = {} } = {},
) {
  const port = await freePort();
  const data = join(folder, `ours-${randomBytes(4).toString("hex")}`);
  mkdirSync(data);
  const unlimited = { PER_SECOND: "unlimited", PER_MINUTE: "unlimited" };
  const line = Object.entries({ ...unlimited, ...lineSettings, BASE_URL: mock.url });
  const env = {
    ...(database ? { DATABASE_URL: database } : {}),
    ...Object.fromEntries(line.map(([key, value]) => [`TRUNKLINE_LINES_MAIN_${key}`, String(value)])),
    TWILIO_ACCOUNT_SID: ACCOUNT.sid,
    TWILIO_AUTH_TOKEN: ACCOUNT.token,
    TWILIO_PHONE_NUMBER: ACCOUNT.number,
    TRUNKLINE_NODE_ROLES: roles,
    TRUNKLINE_NODE_NAME: name,
    TRUNKLINE_LOG_LEVEL: "error",
    TRUNKLINE_SERVER_BODY_MAX_BYTES: "20000000",
    TRUNKLINE_LIMITS_WRITES_PER_MINUTE: "1000000",
    TRUNKLINE_LIMITS_READS_PER_MINUTE: "1000000",
    TRUNKLINE_DELIVERY_IN_FLIGHT_MAX: "1000",
    ...settings,
  };
  const args = ["serve", "--data", data, "--listen", `127.0.0.1:${port}`];
  const { child } = await startUntil(bin("trunkline"), args, {
    env,
    ready: (text) => text.includes("ready"),
  });
  const ours = { child, url: `http://127.0.0.1:${port}`, cookie: "" };
  ours.stop = () => stop(child);
  ours.call = (method, path, body, headers = {}) => call(ours, method, path, body, headers);
  return ours;
}

/** Makes the owner, opens the hours, and finds the line. */
export async function moveIn(ours) {
  const owner = { name: "Ana", email: "ana@example.com", password: "correct horse battery" };
  const answer = await ours.call("POST", "/api/auth/sign-up", owner);
  ours.cookie = answer.headers.get("set-cookie").split(";")[0];
  const rules = await (await ours.call("GET", "/api/compliance/settings")).json();
  rules.quiet_hours.enabled = false;
  await ours.call("PUT", "/api/compliance/settings", rules);
  const [line] = (await (await ours.call("GET", "/api/lines")).json()).items;
  ours.line = line.id;
  return ours;
}

async function call(ours, method, path, body, headers) {
  const answer = await fetch(ours.url + path, {
    method,
    headers: { "content-type": "application/json", cookie: ours.cookie, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** 120 characters that name the message, as the peers send them. */
export const words = (number) => `bench-${String(number).padStart(9, "0")} `.padEnd(120, "x");
/** A number of its own for each message: the most that order per recipient can cost. */
export const phone = (number) => `+1415${String(2_000_000 + number).padStart(7, "0")}`;

/** Accepts `count` messages in batches. */
export async function fill(ours, first, count, more = {}) {
  for (let done = 0; done < count; done += 5_000) {
    const items = Array.from({ length: Math.min(5_000, count - done) }, (_, index) => {
      const number = first + done + index;
      return { to: phone(number), body: words(number), idempotency_key: String(number), ...more };
    });
    const answer = await (await ours.call("POST", "/api/messages/batch", { items })).json();
    const refused = answer.items.find((item) => item.status !== 201);
    if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`);
  }
}

/** Stops or starts the line, without losing what waits. */
export const hold = (ours, action) => ours.call("POST", `/api/lines/${ours.line}/breaker`, { action });

/** A Redis that writes every change to disk before it answers, as the others do. */
export async function startRedis(folder) {
  const port = await freePort();
  const dir = join(folder, "redis");
  mkdirSync(dir);
  const ready = (line) => line.includes("Ready to accept");
  await startUntil(`${root}tests/lib/durable-redis.sh`, [dir, String(port)], { ready });
  return String(port);
}

/** A peer: filled, worked and asked by its script. */
export function peer(script, place) {
  const run = (command, ...args) => output(node, [join(peers, script), command, place, ...args.map(String)]);
  return {
    fill: (first, count) => run("fill", first, count),
    enqueue: async (first, count, inFlight) => Number(await run("enqueue", first, count, inFlight)),
    add: async (first, count, perSecond) => JSON.parse(await run("add", first, count, perSecond)),
    work: async (mock, inFlight) => {
      const args = [join(peers, script), "work", place, `${mock.url}/send`, String(inFlight)];
      const { child } = await startUntil(node, args, { ready: (line) => line === "ready" });
      return () => stop(child);
    },
  };
}

export const graphile = async () => {
  const database = await newDatabase("graphile");
  const worker = peer("graphile.mjs", database);
  await worker.fill(0, 0);
  return worker;
};

export { newDatabase, start };
