/**
 * Fetches pictures, keeps each durably under its hash and makes it small: `node keep.mjs FOLDER COUNT URL`, where the
 * number of a picture follows the URL. Prints how long that took and the most memory it had.
 */
import { createHash, randomUUID } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

import sharp from "sharp";

const [folder, count, url] = [process.argv[2], Number(process.argv[3]), process.argv[4]];

/** As many at once as there are processors for, twice: one waits while another computes. */
const AT_ONCE = 4;

let next = 0;
const began = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, work));
const seconds = (performance.now() - began) / 1_000;
const megabytes = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${JSON.stringify({ seconds, megabytes })}\n`);

async function work() {
  while (next < count) await keep(next++);
}

async function keep(number) {
  const response = await fetch(url + number);
  const hash = createHash("sha256");
  const parts = [];
  const place = join(folder, randomUUID());
  const file = await open(place, "w");
  for await (const part of Readable.fromWeb(response.body)) {
    hash.update(part);
    parts.push(part);
    await file.write(part);
  }
  await file.sync();
  await file.close();
  const name = join(folder, hash.digest("hex"));
  await rename(place, name);
  const small = await sharp(Buffer.concat(parts))
    .rotate()
    .resize(640, 640, { fit: "inside" })
    .jpeg({ quality: 82 })
    .toBuffer();
  const smallFile = await open(`${name}.small`, "w");
  await smallFile.write(small);
  await smallFile.sync();
  await smallFile.close();
}
