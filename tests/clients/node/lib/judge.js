/** Stands between the product and the simulator and holds every exchange against its provider's description. */
import { once } from "node:events";
import { createServer } from "node:http";

import { checkExchange } from "./description.js";

export class Judge {
  /** What passed by, as "METHOD /path". */
  seen = [];
  /** What the description does not allow. */
  complaints = [];

  #server = createServer((request, response) => this.#pass(request, response));

  /**
   * @param {string} carrier the address of the simulator
   * @param {string} host of the provider that it is asked as
   */
  static async start(carrier, host = "api.twilio.com") {
    const judge = new Judge();
    judge.carrier = carrier;
    judge.host = host;
    judge.#server.listen(0, "127.0.0.1");
    await once(judge.#server, "listening");
    return judge;
  }

  get address() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(request, response) {
    let form = "";
    for await (const chunk of request.setEncoding("utf8")) form += chunk;
    const { method, url, headers } = request;
    const answer = await this.#ask(method, url, headers, form);
    // The carrier hung up, so do we.
    if (answer === null) return response.destroy();
    this.#check({ method, url, form, ...answer });
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.text);
  }

  async #ask(method, url, { authorization, "content-type": type, "idempotency-key": key }, form) {
    try {
      const headers = { authorization, ...(type && { "content-type": type }) };
      if (key) headers["idempotency-key"] = key;
      const response = await fetch(this.carrier + url, { method, headers, body: form || undefined });
      const text = await response.text();
      return { status: response.status, type: response.headers.get("content-type") ?? "", text };
    } catch {
      return null;
    }
  }

  #check({ method, url, form, status, text }) {
    this.seen.push(`${method} ${url.split("?")[0]}`);
    try {
      const body = text === "" ? "" : JSON.parse(text);
      const asked = form.startsWith("{") ? JSON.parse(form) : fieldsOf(form);
      checkExchange({ method, uri: `https://${this.host}${url}`, form: asked, status, body });
    } catch (error) {
      this.complaints.push(error.message);
    }
  }
}

/** Names that come several times have a list of values. */
function fieldsOf(form) {
  const params = new URLSearchParams(form);
  const fields = [...new Set(params.keys())].map((name) => {
    const values = params.getAll(name);
    return [name, values.length === 1 ? values[0] : values];
  });
  return Object.fromEntries(fields);
}
