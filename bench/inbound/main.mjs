/**
 * Interleaved rounds (ours, theirs, ours, theirs …) of signed, distinct texts over 64 connections, each
 * followed by a count of what was really stored; then the latency of each acknowledgement at half of our
 * peak: alone, and beside two processes that take all the processor they get.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setInterval as every } from "node:timers/promises";
import { parseArgs } from "node:util";

import { output, stop } from "../../tests/lib/program.mjs";
import { processorSeconds, startHog } from "../lib/processes.mjs";
import { compare, report, rounded } from "../lib/report.mjs";
import { median } from "../lib/statistics.mjs";
import { ACCOUNT, bin, startSubjects } from "./subjects.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    requests: { type: "string", default: "60000" },
    "latency-requests": { type: "string", default: "1000000" },
    "with-work": { type: "boolean", default: false },
  },
});

const CONNECTIONS = 64;
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const withWork = options["with-work"];
const subjects = await startSubjects(folder, withWork ? "web,work" : "web");
const rounds = await measure(subjects, Number(options.rounds));
report([
  ...throughput(subjects, rounds),
  await latency(subjects, rounds, 0),
  await latency(subjects, rounds, 2),
]);
process.exit(0);

/** The results of every subject, by its key, one per round. A first round warms up and is not kept. */
async function measure(subjects, count) {
  const results = Object.fromEntries(subjects.map(({ key }) => [key, []]));
  for (let round = 0; round <= count; round += 1) {
    for (const subject of subjects) {
      const result = await load(subject, Number(options.requests), { seed: round });
      if (round > 0) results[subject.key].push(result);
      const perSecond = Math.round(result.per_second).toLocaleString("en");
      process.stderr.write(`round ${round || "warm-up"}  ${subject.name.padEnd(36)} ${perSecond}/s\n`);
    }
  }
  return results;
}

/** Sends texts to one subject, and fails unless each was acknowledged and each is stored once. */
async function load(subject, requests, { seed, rate }) {
  const stored = await storedBy(subject);
  const used = processorSeconds(subject.pids);
  const settings = { ...ACCOUNT, url: subject.url, connections: CONNECTIONS, requests, seed, rate };
  const args = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [`--${name}`, String(value)]);
  const result = JSON.parse(await output(bin("trunkline-load"), args));
  const processor_ms = ((processorSeconds(subject.pids) - used) * 1e6) / requests;
  const added = (await storedBy(subject)) - stored;
  if (result.ok !== requests) throw new Error(`${subject.name} acknowledged ${result.ok} of ${requests}`);
  if (subject.table && added !== requests) throw new Error(`${subject.name} stored ${added} of ${requests}`);
  if (withWork && subject.queue) await rest(subject);
  return { ...result, processor_ms };
}

async function storedBy({ table, count }) {
  return table ? count(table) : 0;
}

/** Waits until nothing is left to do, so that the next one has the machine to itself. */
async function rest({ queue, count }) {
  for await (const _ of every(200)) if ((await count(queue)) === 0) return;
}

function throughput(subjects, rounds) {
  const rate = (key) => rounds[key].map((result) => result.per_second);
  const processorMs = (key) => rounded(median(rounds[key].map((result) => result.processor_ms)));
  const against = (ours, reference, bar) =>
    compare({
      name: `inbound, ${nameOf(subjects, ours)}, texts/s`,
      ours: rate(ours),
      reference: rate(reference),
      referenceName: nameOf(subjects, reference),
      bar,
      processor_ms_per_1000: processorMs(ours),
      reference_processor_ms_per_1000: processorMs(reference),
    });
  return [
    against("sqlite", "node", 3),
    against("sqlite", "bare", 0.5),
    against("postgres", "node"),
    against("postgres", "bare"),
  ];
}

function nameOf(subjects, key) {
  return subjects.find((subject) => subject.key === key).name;
}

/** Slow acknowledgements on SQLite; there should be none, so there is no ratio. */
async function latency(subjects, rounds, hogCount) {
  const subject = subjects.find(({ key }) => key === "sqlite");
  const rate = Math.round(median(rounds.sqlite.map((result) => result.per_second)) / 2);
  process.stderr.write(`latency at ${rate.toLocaleString("en")}/s beside ${hogCount} busy processes …\n`);
  const hogs = Array.from({ length: hogCount }, startHog);
  const requests = Number(options["latency-requests"]);
  const result = await load(subject, requests, { seed: 1_000_000 * (1 + hogCount), rate });
  await Promise.all(hogs.map((hog) => stop(hog)));
  return {
    name: `inbound, acknowledgements over 200 ms, beside ${hogCount} busy processes`,
    ours: result.over_200_ms,
    reference: 0,
    reference_name: `bar, in ${requests.toLocaleString("en")} at half of peak`,
    ratio: null,
    rounds: 1,
    rate,
    p50_ms: rounded(result.p50_ms),
    p99_ms: rounded(result.p99_ms),
    p999_ms: rounded(result.p999_ms),
    max_ms: rounded(result.max_ms),
  };
}
