/** ./dev bench media: pictures that customers send. */
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { newDatabase } from "../../tests/lib/postgres.mjs";
import { output } from "../../tests/lib/program.mjs";
import { peakMegabytes } from "../lib/processes.mjs";
import { compare, report } from "../lib/report.mjs";
import { percentile } from "../lib/statistics.mjs";
import { ACCOUNT, moveIn, startOurs } from "../send/subjects.mjs";
import { startPictures } from "./pictures.mjs";

const { values: options } = parseArgs({
  options: {
    pictures: { type: "string", default: "300" },
    rounds: { type: "string", default: "2" },
  },
});
const [count, rounds] = [Number(options.pictures), Number(options.rounds)];
/** Webhooks that are under way at once. */
const AT_ONCE = 16;
const LONGEST_MS = 300_000;

const reference = new URL("reference/", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const picture = execFileSync("node", [`${reference}picture.mjs`], { maxBuffer: 1 << 26 });
const pictures = await startPictures(picture);
process.stderr.write(`${count} pictures of ${Math.round(picture.length / 1_000)} kB, ${rounds} rounds\n`);

const rows = [];
for (const engine of ["SQLite", "PostgreSQL"]) {
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measureOurs(engine));
    theirs.push(await measureReference());
  }
  const row = (what, read, more = {}) => ({
    ...compare({
      name: `media, ${engine}, ${what}`,
      ours: ours.map(read),
      reference: theirs.map(read),
      referenceName: "Node with sharp, no database",
      ...more,
    }),
  });
  rows.push(
    row("pictures per second", ({ seconds }) => count / seconds),
    row("most memory in MB", ({ megabytes }) => megabytes),
    {
      ...compare({
        name: `media, ${engine}, acknowledgement p99 in ms`,
        ours: ours.map(({ acknowledged }) => acknowledged),
        reference: ours.map(() => 200),
        referenceName: "the bar of A1",
      }),
    },
  );
}
report(rows);
process.exit(0);

async function measureOurs(engine) {
  const database = engine === "PostgreSQL" ? await newDatabase("media") : undefined;
  const ours = await moveIn(await startOurs(folder, pictures, { database }));
  const began = performance.now();
  const times = [];
  let next = 0;
  const write = async () => {
    while (next < count) times.push(await tell(ours, next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, write));
  await allKept(ours);
  const seconds = (performance.now() - began) / 1_000;
  const megabytes = peakMegabytes(ours.child.pid);
  await ours.stop();
  return { seconds, megabytes, acknowledged: percentile(times, 0.99) };
}

/** One webhook of a text with a picture, signed; returns the milliseconds until it was acknowledged. */
async function tell(ours, number) {
  const url = `${ours.url}/webhooks/twilio/main/messages`;
  const sid = `MM${number.toString(16).padStart(32, "0")}`;
  const params = {
    AccountSid: ACCOUNT.sid,
    Body: "A picture",
    From: `+1303${String(2_000_000 + number)}`,
    MediaContentType0: "image/jpeg",
    MediaUrl0: `${pictures.url}/2010-04-01/Accounts/${ACCOUNT.sid}/Messages/${sid}/Media/ME${sid.slice(2)}`,
    MessageSid: sid,
    NumMedia: "1",
    To: ACCOUNT.number,
  };
  // Names and values in the order of the names (Twilio, Webhooks security).
  const signed = Object.entries(params).reduce((text, [name, value]) => text + name + value, url);
  const signature = createHmac("sha1", ACCOUNT.token).update(signed).digest("base64");
  const began = performance.now();
  const answer = await fetch(url, {
    method: "POST",
    headers: { "x-twilio-signature": signature },
    body: new URLSearchParams(params),
  });
  await answer.text();
  if (answer.status !== 200) throw new Error(`a webhook was answered with ${answer.status}`);
  return performance.now() - began;
}

/** Waits until every picture is here and small. */
async function allKept(ours) {
  for (const end = performance.now() + LONGEST_MS; performance.now() < end; await sleep(100)) {
    if ((await kept(ours)) >= count) return;
  }
  throw new Error(`only ${await kept(ours)} of ${count} pictures were kept`);
}

async function kept(ours) {
  let total = 0;
  let cursor = "";
  do {
    const path = `/api/messages?direction=inbound&limit=200${cursor}`;
    const page = await (await ours.call("GET", path)).json();
    const media = page.items.flatMap((message) => message.media);
    total += media.filter((item) => item.state === "kept" && item.thumbnail_url).length;
    cursor = page.next_cursor ? `&cursor=${page.next_cursor}` : "";
  } while (cursor);
  return total;
}

async function measureReference() {
  const own = mkdtempSync(join(folder, "reference-"));
  mkdirSync(own, { recursive: true });
  const args = [`${reference}keep.mjs`, own, String(count), `${pictures.url}/`];
  return JSON.parse(await output("node", args));
}
