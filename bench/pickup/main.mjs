/** ./dev bench pickup: from the request to the first byte at the provider, one message at a time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { report, rounded } from "../lib/report.mjs";
import {
  graphile,
  moveIn,
  newDatabase,
  peer,
  phone,
  startMock,
  startOurs,
  startRedis,
  words,
} from "../send/subjects.mjs";

const { values: options } = parseArgs({
  options: { messages: { type: "string", default: "1000" }, rate: { type: "string", default: "50" } },
});
const [count, rate] = [Number(options.messages), Number(options.rate)];
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const mock = await startMock();
const redis = await startRedis(folder);
const measured = {
  SQLite: await ours(),
  PostgreSQL: await ours(await newDatabase("pickup")),
  "graphile-worker": await theirs(await graphile()),
  BullMQ: await theirs(peer("bullmq.mjs", redis)),
};
report([
  row("SQLite", "p50", "graphile-worker", 0.5),
  row("SQLite", "p99", "graphile-worker", 0.5),
  row("PostgreSQL", "p50", "graphile-worker", 0.5),
  row("PostgreSQL", "p99", "graphile-worker", 0.5),
  row("SQLite", "p50", "BullMQ"),
]);
process.exit(0);

function row(name, part, reference, bar = null) {
  const [one, other] = [measured[name][part], measured[reference][part]];
  const ratio = rounded(one / other);
  return {
    name: `pickup, ${name}, ${part} in ms`,
    ours: one,
    reference: other,
    reference_name: reference,
    ratio,
    worst_ratio: ratio,
    bar,
    rounds: 1,
  };
}

async function ours(database) {
  const program = await moveIn(await startOurs(folder, mock, { database }));
  const asked = {};
  await mock.reset();
  const began = performance.now();
  for (let number = 0; number < count; number += 1) {
    await sleep(Math.max(0, began + (number * 1_000) / rate - performance.now()));
    asked[number] = Math.round((performance.timeOrigin + performance.now()) * 1_000);
    await program.call(
      "POST",
      "/api/messages",
      { to: phone(number), body: words(number) },
      { "idempotency-key": `${number}` },
    );
  }
  const result = await spread(asked);
  await program.stop();
  return result;
}

async function theirs(queue) {
  const stopWork = await queue.work(mock, 100);
  await mock.reset();
  const result = await spread(await queue.add(0, count, rate));
  await stopWork();
  return result;
}

async function spread(asked) {
  await sleep(2_000);
  const { arrivals } = await mock.report();
  const waits = Object.entries(asked).map(([number, at]) => (arrivals[number] - at) / 1_000);
  if (waits.some(Number.isNaN)) throw new Error("a message did not arrive");
  waits.sort((one, other) => one - other);
  const at = (share) => rounded(waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]);
  return { p50: at(0.5), p99: at(0.99) };
}
