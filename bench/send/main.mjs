/**
 * ./dev bench send: jobs that wait are sent as fast as the machine can, by ours and by the peers, to the same
 * provider over HTTP. Ours writes an intent before each and records each answer; the peers do not.
 * Interleaved rounds; in each, every message has to arrive exactly once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { compare, report, rounded } from "../lib/report.mjs";
import { median } from "../lib/statistics.mjs";
import {
  fill,
  graphile,
  hold,
  moveIn,
  newDatabase,
  peer,
  startMock,
  startOurs,
  startRedis,
} from "./subjects.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    messages: { type: "string", default: "10000" },
    "slow-messages": { type: "string", default: "20000" },
  },
});
const messages = Number(options.messages);
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const mock = await startMock();
const redis = await startRedis(folder);
const subjects = [
  await ours("SQLite"),
  theirs("BullMQ", peer("bullmq.mjs", redis)),
  await ours("PostgreSQL", await newDatabase("send")),
  theirs("graphile-worker", await graphile()),
];
const rates = Object.fromEntries(subjects.map(({ name }) => [name, []]));
for (let round = 0; round <= Number(options.rounds); round += 1) {
  for (const subject of subjects) {
    const rate = await drain(subject, mock, round * messages, messages);
    if (round > 0) rates[subject.name].push(rate);
    process.stderr.write(
      `round ${round || "warm-up"}  ${subject.name.padEnd(16)} ${Math.round(rate).toLocaleString("en")}/s\n`,
    );
  }
}
const best = median(rates.BullMQ) > median(rates["graphile-worker"]) ? "BullMQ" : "graphile-worker";
const row = (name, reference, bar) =>
  compare({
    name: `send, ${name}, messages/s`,
    ours: rates[name],
    reference: rates[reference],
    referenceName: reference,
    bar,
  });
report([
  row("SQLite", best, 2.5),
  row("PostgreSQL", best, 2.5),
  row("PostgreSQL", "graphile-worker"),
  await inFlight(),
]);
process.exit(0);

async function ours(name, database) {
  const program = await moveIn(await startOurs(folder, mock, { database }));
  await hold(program, "open");
  return {
    name,
    fill: (first, count) => fill(program, first, count),
    start: async () => {
      await hold(program, "close");
      return () => hold(program, "open");
    },
  };
}

function theirs(name, queue) {
  return { name, fill: queue.fill, start: () => queue.work(mock, 100) };
}

/** Messages per second between the first and the last arrival. */
async function drain(subject, provider, first, count) {
  await subject.fill(first, count);
  await provider.reset();
  const stopWork = await subject.start();
  let seen = await provider.report();
  for (let waited = 0; seen.messages < count; waited += 50) {
    if (waited > 120_000) throw new Error(`${subject.name} sent ${seen.messages} of ${count}`);
    await sleep(50);
    seen = await provider.report();
  }
  await sleep(200);
  await stopWork();
  const { doubled } = await provider.report();
  if (doubled > 0) throw new Error(`${subject.name} sent ${doubled} twice`);
  return (count * 1e6) / (seen.last_us - seen.first_us);
}

/** 1,000 in flight at a provider that takes 100 ms: Little's law allows 10,000 a second. */
async function inFlight() {
  const slow = await startMock(100);
  const program = await moveIn(await startOurs(folder, slow));
  await hold(program, "open");
  const subject = {
    name: "SQLite",
    fill: (first, count) => fill(program, first, count),
    start: async () => {
      await hold(program, "close");
      return () => hold(program, "open");
    },
  };
  const count = Number(options["slow-messages"]);
  const measured = [];
  for (let round = 0; round < 3; round += 1) measured.push(await drain(subject, slow, round * count, count));
  await program.stop();
  return {
    name: "send, SQLite, 1,000 in flight at 100 ms, messages/s",
    ours: rounded(median(measured)),
    reference: 10_000,
    reference_name: "Little's law",
    ratio: rounded(median(measured) / 10_000),
    worst_ratio: rounded(Math.min(...measured) / 10_000),
    bar: 0.95,
    rounds: measured.length,
  };
}
