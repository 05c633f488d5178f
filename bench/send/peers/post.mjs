/** One POST per job over connections that stay open, as a careful user would write it. */
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });

/** @param {string} address where messages are made, with credentials if it wants any @param {{number: number}} job */
export function post(address, { number }) {
  const [To, From] = ["+14155550100", "+14155550142"];
  const body = new URLSearchParams({ To, From, Body: words(number) }).toString();
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sending = request(address, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.on("end", () =>
        answer.statusCode === 201 ? resolve() : reject(new Error(`${answer.statusCode}`)),
      );
    });
    sending.on("error", reject);
    sending.end(body);
  });
}

/** 120 characters that name the message. */
export function words(number) {
  return `bench-${String(number).padStart(9, "0")} `.padEnd(120, "x");
}
