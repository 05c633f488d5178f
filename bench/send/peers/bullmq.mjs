/**
 * BullMQ: `bullmq.mjs fill REDIS-PORT FIRST COUNT`, `add …` one by one, `enqueue REDIS-PORT FIRST COUNT IN-FLIGHT` one
 * by one with several in flight, `count REDIS-PORT` what is unfinished, `work REDIS-PORT ADDRESS IN-FLIGHT`.
 */
import { Queue, Worker } from "bullmq";
import IORedis from "ioredis";

import { allAtOnce, eachInTime, said } from "./pacing.mjs";
import { post } from "./post.mjs";

const [command, port, ...rest] = process.argv.slice(2);
const connection = new IORedis(Number(port), "127.0.0.1", { maxRetriesPerRequest: null });
const options = { removeOnComplete: true, removeOnFail: true };

if (command === "work") {
  const [address, inFlight] = rest;
  const worker = new Worker("bench", (job) => post(address, job.data), {
    connection,
    concurrency: Number(inFlight),
  });
  await worker.waitUntilReady();
  said("ready");
} else {
  const queue = new Queue("bench", { connection });
  const [first, count, pace] = rest.map(Number);
  if (command === "fill") {
    for (let done = 0; done < count; done += 1_000) {
      const size = Math.min(1_000, count - done);
      const jobs = Array.from({ length: size }, (_, index) => ({
        name: "send",
        data: { number: first + done + index },
        opts: options,
      }));
      await queue.addBulk(jobs);
    }
  } else if (command === "count") {
    said(await queue.getJobCountByTypes("active", "delayed", "paused", "prioritized", "waiting"));
  } else {
    const add = (number) => queue.add("send", { number }, options);
    await (command === "enqueue" ? allAtOnce : eachInTime)(first, count, pace, add);
  }
  process.exit(0);
}
