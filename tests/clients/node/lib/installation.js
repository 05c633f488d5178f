/** The product, on an empty SQLite database, with a carrier outside of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startUntil, stop, trunkline } from "../../../lib/program.mjs";

const OWNER = { name: "Olive Owner", email: "olive@example.com", password: "correct horse battery" };

/** All that a set-up in one line needs. */
function variables(carrier) {
  if (carrier.webhookSecret) {
    return {
      TRUNKLINE_LINES_MAIN_PROVIDER: "resend",
      TRUNKLINE_LINES_MAIN_ADDRESS: carrier.mailbox,
      TRUNKLINE_LINES_MAIN_API_KEY: carrier.apiKey,
      TRUNKLINE_LINES_MAIN_WEBHOOK_SECRET: carrier.webhookSecret,
    };
  }
  if (carrier.apiKey) {
    return {
      SMS_PROVIDER: "telnyx",
      TELNYX_API_KEY: carrier.apiKey,
      TELNYX_PUBLIC_KEY: carrier.publicKey,
      TELNYX_PHONE_NUMBER: carrier.number,
    };
  }
  return {
    TWILIO_ACCOUNT_SID: carrier.accountSid,
    TWILIO_AUTH_TOKEN: carrier.authToken,
    TWILIO_PHONE_NUMBER: carrier.number,
  };
}

export class Installation {
  #child;
  #cookie = "";

  /**
   * Starts the program and signs its owner up.
   *
   * @param {{accountSid: string, authToken: string, number: string, address: string, apiKey?: string,
   *   publicKey?: string, webhookSecret?: string, mailbox?: string}} carrier Resend, if it has a secret for webhooks;
   *   Telnyx, if it has an API key otherwise
   * @param {number} port where the carrier will call
   */
  static async start(carrier, port) {
    const installation = new Installation();
    installation.data = await mkdtemp(join(tmpdir(), "trunkline-installation-"));
    const args = ["serve", "--data", installation.data, "--listen", `127.0.0.1:${port}`];
    const { child, said } = await startUntil(trunkline, args, {
      env: {
        ...variables(carrier),
        TRUNKLINE_LINES_MAIN_BASE_URL: carrier.address,
        TRUNKLINE_LOG_LEVEL: "warn",
      },
      cwd: installation.data,
      ready: (line) => /http:\/\/[^\s/]+/.exec(line)?.[0],
    });
    installation.#child = child;
    installation.address = said;
    await installation.#signUp();
    return installation;
  }

  async remove() {
    await stop(this.#child);
    await rm(this.data, { recursive: true });
  }

  async #signUp() {
    const response = await this.send("POST", "/api/auth/sign-up", OWNER);
    if (response.status !== 201) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
    const cookies = response.headers.getSetCookie();
    this.#cookie = cookies.map((cookie) => cookie.split(";")[0]).join("; ");
    await this.neverQuiet();
  }

  /** One request as the signed-in owner. */
  send(method, path, body, headers = {}) {
    return fetch(this.address + path, {
      method,
      headers: { cookie: this.#cookie, ...(body && { "content-type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    });
  }

  /** What the program answers to a read. */
  async get(path) {
    const response = await this.send("GET", path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** The tests run at any hour: quiet ones must not hold what they wait for. */
  async neverQuiet() {
    const rules = await this.get("/api/compliance/settings");
    rules.quiet_hours.enabled = false;
    const response = await this.send("PUT", "/api/compliance/settings", rules);
    if (response.status !== 200) throw new Error(`settings: ${response.status} ${await response.text()}`);
  }
}
