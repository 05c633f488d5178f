/** ./dev bench persona: acknowledgements while many answers are being made. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { output } from "../../tests/lib/program.mjs";
import { peakMegabytes } from "../lib/processes.mjs";
import { report, rounded } from "../lib/report.mjs";
import { ACCOUNT, bin, moveIn, newDatabase, startMock, startOurs } from "../send/subjects.mjs";
import { startModel } from "./model.mjs";

const { values: options } = parseArgs({
  options: {
    conversations: { type: "string", default: "200" },
    seconds: { type: "string", default: "25" },
    rate: { type: "string", default: "500" },
  },
});
const [conversations, seconds, rate] = [options.conversations, options.seconds, options.rate].map(Number);
const OTHER = "+12025550101";
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const rows = [];
for (const engine of ["SQLite", "PostgreSQL"]) {
  const quiet = await measure(engine, false);
  const busy = await measure(engine, true);
  const row = (what, ours, reference, referenceName) => ({
    name: `persona, ${engine}, ${what}`,
    ours: rounded(ours),
    reference: rounded(reference),
    reference_name: referenceName,
    ratio: rounded(ours / reference),
    rounds: 1,
    conversations,
  });
  rows.push(
    row("acknowledgement p99 in ms", busy.p99_ms, quiet.p99_ms, "without personas"),
    row("slowest acknowledgement in ms", busy.max_ms, 200, "the bar of A1"),
    row("answers, once each", busy.answered, conversations, "texts"),
    row("last answer after s", busy.lastAfter, seconds, "the model's time"),
    row("memory in MB", busy.megabytes, quiet.megabytes, "without personas"),
  );
}
report(rows);
process.exit(0);

/** Customers write to a line with a persona, or to one without; meanwhile others write to another line. */
async function measure(engine, withPersona) {
  const [mock, model] = [await startMock(), await startModel(seconds)];
  const database = engine === "PostgreSQL" ? await newDatabase("persona") : undefined;
  const ours = await moveIn(
    await startOurs(folder, mock, { database, settings: settings(mock, model, withPersona) }),
  );
  const began = performance.now();
  const asked = texts(ours, "main", ACCOUNT.number, conversations, 100);
  const others = texts(ours, "other", OTHER, rate * Math.floor(seconds * 0.8), rate);
  await asked;
  const meanwhile = await others;
  const answered = withPersona ? await answers(mock) : { count: 0 };
  const lastAfter = (performance.now() - began) / 1_000;
  if (withPersona && (answered.doubled > 0 || model.asked() !== conversations)) {
    throw new Error(`${answered.doubled} doubled, the model was asked ${model.asked()} times`);
  }
  if (withPersona && model.most() < conversations) {
    process.stderr.write(`at most ${model.most()} answers were made at once\n`);
  }
  const megabytes = peakMegabytes(ours.child.pid);
  await ours.stop();
  return { ...meanwhile, answered: answered.count, lastAfter, megabytes };
}

function settings(mock, model, withPersona) {
  const personas = mkdtempSync(join(folder, "personas-"));
  mkdirSync(join(personas, "robin"));
  const definition = { name: "Robin", lines: ["main"], wait_seconds: 0 };
  writeFileSync(join(personas, "robin", "persona.json"), JSON.stringify(definition));
  writeFileSync(join(personas, "robin", "soul.md"), "You are Robin, and brief.");
  return {
    TRUNKLINE_LINES_OTHER_ACCOUNT_SID: ACCOUNT.sid,
    TRUNKLINE_LINES_OTHER_AUTH_TOKEN: ACCOUNT.token,
    TRUNKLINE_LINES_OTHER_ADDRESS: OTHER,
    TRUNKLINE_LINES_OTHER_BASE_URL: mock.url,
    TRUNKLINE_PERSONAS_ENABLED: String(withPersona),
    TRUNKLINE_PERSONAS_FOLDER: personas,
    TRUNKLINE_PERSONAS_ENDPOINT: model.url,
    TRUNKLINE_PERSONAS_MODEL: "slow",
    TRUNKLINE_PERSONAS_TOKENS_PER_DAY: "1000000000",
  };
}

/** Texts to a line at a rate; how long their acknowledgements took. Fails unless each was acknowledged. */
async function texts(ours, line, number, requests, perSecond) {
  // Who writes to the other line writes there only: a second text of theirs would be answered with the first.
  const [seed, area] = line === "main" ? [1, 202] : [2, 303];
  const settings = {
    url: `${ours.url}/webhooks/twilio/${line}/messages`,
    "account-sid": ACCOUNT.sid,
    "auth-token": ACCOUNT.token,
    to: number,
    requests,
    rate: perSecond,
    seed,
    area,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const result = JSON.parse(await output(bin("trunkline-load"), args));
  if (result.ok !== requests) throw new Error(`${line} acknowledged ${result.ok} of ${requests}`);
  return result;
}

/** Waits until every customer was answered; a model's time and a minute more. */
async function answers(mock) {
  for (const end = performance.now() + (seconds + 60) * 1_000; performance.now() < end; await sleep(100)) {
    const { messages: count, doubled } = await mock.report();
    if (count >= conversations) return { count, doubled };
  }
  const { messages } = await mock.report();
  throw new Error(`only ${messages} of ${conversations} customers were answered`);
}
