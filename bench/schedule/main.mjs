/** ./dev bench schedule: many messages due at one instant, on SQLite. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { report, rounded } from "../lib/report.mjs";
import { fill, hold, moveIn, startMock, startOurs } from "../send/subjects.mjs";

const { values: options } = parseArgs({ options: { messages: { type: "string", default: "100000" } } });
const count = Number(options.messages);
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const mock = await startMock();
const program = await moveIn(await startOurs(folder, mock));

// A plain queue first: what the machine can send at all.
await hold(program, "open");
await fill(program, 0, Math.min(count, 30_000));
await mock.reset();
await hold(program, "close");
const plain = await drained(Math.min(count, 30_000));

// Long enough ahead that all of them are there before their time.
const due = Date.now() + Math.max(10_000, (count / 5_000) * 1_000 + 5_000);
await fill(program, 1_000_000, count, { send_at: new Date(due).toISOString() });
if (Date.now() > due) throw new Error("the messages were not accepted in time; the machine is too slow");
await mock.reset();
const { rate, first } = await drained(count);
const firstMs = rounded(first / 1_000 - due);
report([
  {
    name: `schedule, ${count} due at once, first at the provider, ms`,
    ours: firstMs,
    reference: 50,
    reference_name: "bar",
    ratio: rounded(firstMs / 50),
    worst_ratio: null,
    bar: 1,
    rounds: 1,
  },
  {
    name: `schedule, ${count} due at once, messages/s`,
    ours: rounded(rate),
    reference: rounded(plain.rate),
    reference_name: "the same without a time",
    ratio: rounded(rate / plain.rate),
    worst_ratio: rounded(rate / plain.rate),
    bar: 0.9,
    rounds: 1,
  },
]);
process.exit(0);

async function drained(wanted) {
  for (let waited = 0; ; waited += 200) {
    const seen = await mock.report();
    if (seen.messages >= wanted) {
      if (seen.doubled > 0) throw new Error(`${seen.doubled} were sent twice`);
      return { rate: (wanted * 1e6) / (seen.last_us - seen.first_us), first: seen.first_us };
    }
    if (waited > 600_000) throw new Error(`only ${seen.messages} of ${wanted} arrived`);
    await sleep(200);
  }
}
