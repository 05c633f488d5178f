/** What is measured: how each is started, where it listens, and how to count what it stored. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { newDatabase, query, server } from "../../tests/lib/postgres.mjs";
import { freePort, output, startUntil } from "../../tests/lib/program.mjs";

const SID = `AC${randomBytes(16).toString("hex")}`;
const TOKEN = randomBytes(16).toString("hex");
const NUMBER = "+12025550100";
const PATH = "/webhooks/twilio/main/messages";

/** As the load generator's options name them. */
export const ACCOUNT = { "account-sid": SID, "auth-token": TOKEN, to: NUMBER };

/** A program of the release build. */
export const bin = (name) => join(process.env.TRUNKLINE_BENCH_BIN, name);

/**
 * @typedef {object} Subject
 * @property {string} key
 * @property {string} name for people
 * @property {string} url where texts go
 * @property {number[]} pids of the processes that do its work, those of its database included
 * @property {(table: string) => Promise<number>} [count] the rows of a table, where something is stored
 * @property {string} [table] the one with a row for each text
 * @property {string} [queue] the same, of texts not yet in the inbox
 */

/**
 * In the order of a round. With `roles` "web" ours only acknowledges, which is all that the others do; with
 * "web,work" it also files each text into the inbox meanwhile.
 *
 * @returns {Promise<Subject[]>}
 */
export async function startSubjects(folder, roles) {
  return [await sqlite(folder, roles), await node(), await postgres(folder, roles), await bare(folder)];
}

async function sqlite(folder, roles) {
  const data = join(folder, "sqlite");
  const server = await trunkline(data, roles);
  const file = join(data, "trunkline.db");
  return {
    ...server,
    key: "sqlite",
    name: "SQLite",
    count: async (table) =>
      Number(await output("sqlite3", ["-readonly", file, `SELECT count(*) FROM ${table}`])),
  };
}

async function postgres(folder, roles) {
  const database = await newDatabase("trunkline");
  const server = await trunkline(join(folder, "postgres"), roles, { DATABASE_URL: database });
  return {
    ...server,
    key: "postgres",
    name: "PostgreSQL",
    pids: [...server.pids, ...(await postmaster())],
    count: counter(database),
  };
}

async function trunkline(data, roles, env = {}, program = "trunkline") {
  const port = await freePort();
  const args = ["serve", "--data", data, "--listen", `127.0.0.1:${port}`];
  const { child } = await startUntil(bin(program), args, {
    env: {
      ...env,
      TWILIO_ACCOUNT_SID: SID,
      TWILIO_AUTH_TOKEN: TOKEN,
      TWILIO_PHONE_NUMBER: NUMBER,
      TRUNKLINE_NODE_ROLES: roles,
      // Nothing is sent here, and nobody answers at this address should something try.
      TRUNKLINE_LINES_MAIN_BASE_URL: "http://127.0.0.1:9",
      TRUNKLINE_LOG_LEVEL: "error",
    },
    ready: (line) => line.includes("http://"),
  });
  const url = `http://127.0.0.1:${port}${PATH}`;
  return { url, pids: [child.pid], table: "journal", queue: "journal WHERE processed_at IS NULL" };
}

async function bare(folder) {
  const { url, pids } = await trunkline(join(folder, "bare"), "web", {}, "examples/handler_without_store");
  return { key: "bare", name: "the same without a store", url, pids };
}

/**
 * On two processors one worker with 20 connections to PostgreSQL is the best of one and two workers with
 * 10, 20, 32 and 64 (14.9 k texts/s; two workers reach 13.4 k). With more processors, more workers.
 */
async function node() {
  const port = await freePort();
  const database = await newDatabase("reference");
  const workers = process.env.TRUNKLINE_BENCH_WORKERS ?? "1";
  const script = new URL("reference/server.js", import.meta.url).pathname;
  const args = [script, String(port), TOKEN, database, workers, "20"];
  const { child } = await startUntil(process.execPath, args, { ready: (line) => line === "ready" });
  return {
    key: "node",
    name: "Node http + Twilio SDK + PostgreSQL",
    url: `http://127.0.0.1:${port}/inbound`,
    pids: [child.pid, ...(await postmaster())],
    table: "inbound",
    count: counter(database),
  };
}

/** The process whose children are the server's connections. */
async function postmaster() {
  const file = await query(server, "SELECT pg_read_file('postmaster.pid')");
  return [Number(file.split("\n")[0])];
}

function counter(database) {
  return async (table) => Number(await query(database, `SELECT count(*) FROM ${table}`));
}
