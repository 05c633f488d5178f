/**
 * graphile-worker: `graphile.mjs fill DATABASE FIRST COUNT`, `add …` one by one, `enqueue DATABASE FIRST COUNT
 * IN-FLIGHT` one by one with several in flight, `count DATABASE` what is unfinished,
 * `unlock DATABASE` what dead workers hold, `work DATABASE ADDRESS IN-FLIGHT`.
 */
import { makeWorkerUtils, run } from "graphile-worker";

import { allAtOnce, eachInTime, said } from "./pacing.mjs";
import { post } from "./post.mjs";

const [command, connectionString, ...rest] = process.argv.slice(2);
const silent = {
  logger: { scope: () => silent.logger, error: console.error, warn() {}, info() {}, debug() {} },
};

if (command === "work") {
  const [address, inFlight] = rest;
  await run({
    connectionString,
    concurrency: Number(inFlight),
    maxPoolSize: 20,
    noHandleSignals: true,
    pollInterval: 1_000,
    preset: {
      worker: {
        concurrentJobs: Number(inFlight),
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList: { send: (payload) => post(address, payload) },
    ...silent,
  });
  said("ready");
} else {
  const utils = await makeWorkerUtils({ connectionString, maxPoolSize: 20, ...silent });
  await utils.migrate();
  const [first, count, pace] = rest.map(Number);
  if (command === "fill") {
    const sql = `select graphile_worker.add_jobs(array(select json_populate_record(null::graphile_worker.job_spec,
      json_build_object('identifier', 'send', 'payload', json_build_object('number', n)))
      from generate_series($1::int, $2::int) n))`;
    await utils.withPgClient((client) => client.query(sql, [first, first + count - 1]));
  } else if (command === "add" || command === "enqueue") {
    const add = (number) => utils.addJob("send", { number });
    await (command === "enqueue" ? allAtOnce : eachInTime)(first, count, pace, add);
  } else if (command === "count") {
    const all = "select count(*) from graphile_worker.jobs where attempts < max_attempts";
    said((await utils.withPgClient((client) => client.query(all))).rows[0].count);
  } else if (command === "unlock") {
    const dead = "select distinct locked_by from graphile_worker.jobs where locked_by is not null";
    const { rows } = await utils.withPgClient((client) => client.query(dead));
    await utils.forceUnlockWorkers(rows.map((row) => row.locked_by));
  }
  await utils.release();
  process.exit(0);
}
