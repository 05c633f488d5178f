/**
 * ./dev bench enqueue, its comparison: interleaved rounds of ours on both engines and of the peers, each taking single
 * messages for sending, durably, with several in flight. Ours does its whole work for each (gate, contact, conversation,
 * message, job, events); theirs write a job.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { output } from "../../tests/lib/program.mjs";
import { compare, report } from "../lib/report.mjs";
import { bin, graphile, newDatabase, peer, startRedis } from "../send/subjects.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    messages: { type: "string", default: "10000" },
    "in-flight": { type: "string", default: "16" },
  },
});
const [rounds, count, inFlight] = [options.rounds, options.messages, options["in-flight"]].map(Number);
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const redis = peer("bullmq.mjs", await startRedis(folder));
const worker = await graphile();
const subjects = {
  SQLite: () => ours("sqlite"),
  BullMQ: (first) => redis.enqueue(first, count, inFlight),
  PostgreSQL: () => ours("postgres"),
  "graphile-worker": (first) => worker.enqueue(first, count, inFlight),
};
const rates = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, enqueue] of Object.entries(subjects)) {
    rates[name].push(await enqueue(round * count * 2));
    const rate = Math.round(rates[name].at(-1)).toLocaleString("en");
    process.stderr.write(`round ${round + 1}  ${name.padEnd(16)} ${rate}/s\n`);
  }
}
report([
  row("SQLite", "BullMQ", 2),
  row("SQLite", "graphile-worker", 6),
  row("PostgreSQL", "BullMQ"),
  row("PostgreSQL", "graphile-worker"),
]);
process.exit(0);

async function ours(engine) {
  const args = ["--once", "--engine", engine, "--messages", String(count), "--in-flight", String(inFlight)];
  // A new one each time: it numbers its messages from the first.
  const place = engine === "postgres" ? ["--postgres", await newDatabase("enqueue")] : [];
  return Number(await output(bin("examples/enqueue"), [...args, ...place]));
}

function row(name, reference, bar) {
  return compare({
    name: `enqueue, ${name}, messages/s with ${inFlight} in flight`,
    ours: rates[name],
    reference: rates[reference],
    referenceName: reference,
    bar,
  });
}
