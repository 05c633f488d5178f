/** A small web server of a business: keeps what the carrier sends and answers as it is told. */
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";

/** An empty TwiML document: nothing to do. */
export const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';

export class Receiver {
  /** What to answer; a test may set another one. */
  twiml = EMPTY_TWIML;
  /** @type {{url: string, params: Record<string, string>, headers: object, body: string}[]} */
  received = [];

  #arrivals = new EventEmitter();
  #server = createServer((request, response) => this.#receive(request, response));

  static async start() {
    const receiver = new Receiver();
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  /** The full address of a path on this server, exactly as the carrier will sign it. */
  url(path) {
    return `http://127.0.0.1:${this.#server.address().port}${path}`;
  }

  /** The first request that fits, whether it came already or comes later. */
  async arrival(fits) {
    for (;;) {
      const found = this.received.find(fits);
      if (found) return found;
      await once(this.#arrivals, "request");
    }
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #receive(request, response) {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    this.received.push({
      method: request.method,
      url: this.url(request.url),
      headers: request.headers,
      body,
      params: Object.fromEntries(new URLSearchParams(body)),
    });
    response.writeHead(200, { "content-type": "text/xml" }).end(this.twiml);
    this.#arrivals.emit("request");
  }
}
