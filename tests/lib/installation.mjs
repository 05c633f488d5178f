/** An installation of the product whose carrier is a simulator of its own, outside of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort, startUntil, stop, trunkline } from "./program.mjs";

const OWNER = { name: "Olive Owner", email: "olive@example.com", password: "correct horse battery" };

export class Installation {
  /** Settled while the program runs, pending while it does not. */
  up = Promise.resolve();
  cookie = "";

  #child = null;
  #settleUp = () => {};

  /**
   * On SQLite, unless a database is named; called by the carrier at its own address, unless a public one is.
   *
   * @param {{accountSid: string, authToken: string, number: string, address: string}} carrier
   * @param {{port?: number, publicUrl?: string, database?: string}} options
   */
  static async create(carrier, { port, publicUrl, database } = {}) {
    const installation = new Installation();
    installation.port = port ?? (await freePort());
    installation.data = await mkdtemp(join(tmpdir(), "trunkline-installation-"));
    installation.env = {
      TWILIO_ACCOUNT_SID: carrier.accountSid,
      TWILIO_AUTH_TOKEN: carrier.authToken,
      TWILIO_PHONE_NUMBER: carrier.number,
      TRUNKLINE_LINES_MAIN_BASE_URL: carrier.address,
      TRUNKLINE_SERVER_BASE_URL: publicUrl ?? installation.address,
      TRUNKLINE_LOG_LEVEL: "warn",
      // Our carrier's lists never lag, so there is no need to wait long before the last look.
      TRUNKLINE_DELIVERY_LOOK_UPS_S: "1,3,10",
      // No person writes as fast as a test.
      TRUNKLINE_LIMITS_WRITES_PER_MINUTE: "1000000",
      TRUNKLINE_LIMITS_READS_PER_MINUTE: "1000000",
      ...(database && { DATABASE_URL: database }),
    };
    installation.#down();
    return installation;
  }

  /** Where the program itself listens. */
  get address() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    const args = ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`];
    const started = await startUntil(trunkline, args, {
      env: this.env,
      cwd: this.data,
      ready: (line) => line.includes("http://"),
    });
    this.#child = started.child;
    this.#settleUp();
  }

  /** No chance to finish anything, as when the power fails. */
  async kill() {
    this.#down();
    await stop(this.#child, "SIGKILL");
  }

  async remove() {
    await stop(this.#child);
    await rm(this.data, { recursive: true, force: true });
  }

  #down() {
    this.up = new Promise((resolve) => (this.#settleUp = resolve));
  }

  async signUp() {
    const response = await this.send("POST", "/api/auth/sign-up", OWNER);
    if (response.status !== 201) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
    this.cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
  }

  /** One request as the signed-in owner. */
  send(method, path, body, headers = {}) {
    return fetch(this.address + path, {
      method,
      headers: { cookie: this.cookie, ...(body && { "content-type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    });
  }

  /** Every item of a list, page after page. */
  async all(path) {
    const items = [];
    for (let cursor = ""; cursor !== null;) {
      const response = await this.send("GET", `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      const page = await response.json();
      items.push(...page.items);
      cursor = page.next_cursor && `&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
    return items;
  }
}
