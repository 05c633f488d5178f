/**
 * What a careful user would write in Node: the official validator, one durable row per message in
 * PostgreSQL, then 200.
 *
 * Settings, as arguments: PORT AUTH_TOKEN DATABASE_URL WORKERS CONNECTIONS (to the database, per worker).
 * Prints "ready" when every worker listens.
 */
import cluster from "node:cluster";
import { createServer } from "node:http";
import { parse } from "node:querystring";

import pg from "pg";
import twilio from "twilio";

const [port, authToken, databaseUrl, workers, connections] = process.argv.slice(2);

const INSERT = {
  // A name makes it a prepared statement: parsed and planned once per connection.
  name: "insert-inbound",
  text: `INSERT INTO inbound (message_sid, sender, recipient, body, params)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (message_sid) DO NOTHING`,
};

if (cluster.isPrimary) await startWorkers();
else serve();

async function startWorkers() {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`
    CREATE TABLE IF NOT EXISTS inbound (
      message_sid text PRIMARY KEY, sender text NOT NULL, recipient text NOT NULL, body text NOT NULL,
      params text NOT NULL, received_at timestamptz NOT NULL DEFAULT now())`);
  await client.end();
  let listening = 0;
  cluster.on("listening", () => {
    listening += 1;
    if (listening === Number(workers)) process.stdout.write("ready\n");
  });
  for (let index = 0; index < Number(workers); index += 1) cluster.fork();
}

function serve() {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: Number(connections) });
  const server = createServer(async (request, response) => {
    const status = await receive(pool, request);
    const answer = status === 200 ? "<Response></Response>" : "";
    response.writeHead(status, { "content-type": "text/xml", "content-length": answer.length }).end(answer);
  });
  server.listen(Number(port), "127.0.0.1");
}

async function receive(pool, request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const raw = Buffer.concat(chunks).toString();
  const params = parse(raw);
  const url = `http://${request.headers.host}${request.url}`;
  if (!twilio.validateRequest(authToken, request.headers["x-twilio-signature"], url, params)) return 401;
  await pool.query({ ...INSERT, values: [params.MessageSid, params.From, params.To, params.Body, raw] });
  return 200;
}
