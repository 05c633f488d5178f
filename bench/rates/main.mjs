/** ./dev bench rates: one line's rate, shared by three nodes over PostgreSQL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { report, rounded } from "../lib/report.mjs";
import { fill, moveIn, newDatabase, startMock, startOurs } from "../send/subjects.mjs";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "20" }, rate: { type: "string", default: "50" } },
});
const [seconds, rate] = [Number(options.seconds), Number(options.rate)];
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const mock = await startMock();
const database = await newDatabase("rates");
const shared = { database, lineSettings: { PER_SECOND: rate } };
const desk = await moveIn(await startOurs(folder, mock, { ...shared, name: "desk" }));
for (const name of ["worker-1", "worker-2"])
  await startOurs(folder, mock, { ...shared, name, roles: "work" });
await mock.reset();
await fill(desk, 0, rate * (seconds + 10));
await sleep((seconds + 5) * 1_000);
const { arrivals } = await mock.report();
const times = Object.values(arrivals).sort((one, other) => one - other);
// The first two seconds are the nodes waking up; then the line is always full.
const from = times[0] + 2e6;
const counted = times.filter((at) => at >= from && at < from + seconds * 1e6);
let most = 0;
for (let start = 0, end = 0; end < times.length; end += 1) {
  while (times[end] - times[start] >= 1e6) start += 1;
  most = Math.max(most, end - start + 1);
}
const use = counted.length / (rate * seconds);
report([
  {
    name: `rates, ${rate}/s on three nodes, most in any second`,
    ours: most,
    reference: rate,
    reference_name: "the line's rate",
    ratio: rounded(most / rate),
    worst_ratio: rounded(most / rate),
    bar: 1,
    rounds: 1,
  },
  {
    name: `rates, ${rate}/s on three nodes, share of it used`,
    ours: rounded(use),
    reference: 1,
    reference_name: "all of it",
    ratio: rounded(use),
    worst_ratio: rounded(use),
    bar: 0.98,
    rounds: 1,
  },
]);
process.exit(0);
