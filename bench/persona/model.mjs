/** A language model that takes its time: it says nothing for most of it, then streams a few words. */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** The number of the customer's text, which the answer names, so that the provider can tell answers apart. */
const numberOf = (question) => /order number (\d+)/.exec(question)?.[1];

/**
 * @param {number} seconds that an answer takes
 * @returns {Promise<{url: string, most: () => number, asked: () => number}>}
 */
export async function startModel(seconds) {
  let [now, most, asked] = [0, 0, 0];
  const server = createServer(async (request, response) => {
    asked += 1;
    most = Math.max(most, (now += 1));
    const question = await text(request);
    response.writeHead(200, { "content-type": "text/event-stream" });
    await thinking(response, seconds);
    for (const piece of ["Yes. ", `bench-${numberOf(question)}`]) {
      response.write(event({ choices: [{ index: 0, delta: { content: piece } }] }));
    }
    response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }));
    response.write(event({ choices: [], usage: { prompt_tokens: 500, completion_tokens: 10 } }));
    response.end("data: [DONE]\n\n");
    now -= 1;
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/v1`, most: () => most, asked: () => asked };
}

const event = (data) => `data: ${JSON.stringify(data)}\n\n`;

/** As OpenRouter does while a model thinks: a comment now and then keeps the connection open. */
async function thinking(response, seconds) {
  for (let left = seconds; left > 0; left -= 5) {
    response.write(": PROCESSING\n\n");
    await sleep(Math.min(left, 5) * 1_000);
  }
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
