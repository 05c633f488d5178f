/** `trunkline simulate`, and its control API. */
import { startUntil, stop, trunkline } from "../../../lib/program.mjs";

/**
 * @param {{webhook?: string, telnyxWebhook?: string, resendWebhook?: string}} options where the business's number,
 *   Telnyx's messaging profile and Resend send what they receive
 */
export async function startSimulator({ webhook, telnyxWebhook, resendWebhook } = {}) {
  const args = ["simulate", "--listen", "127.0.0.1:0"];
  if (webhook) args.push("--webhook", webhook);
  if (telnyxWebhook) args.push("--telnyx-webhook", telnyxWebhook);
  if (resendWebhook) args.push("--resend-webhook", resendWebhook);
  const { child, said } = await startUntil(trunkline, args, { ready: settings() });
  return {
    address: said.address,
    accountSid: said.account_sid,
    authToken: said.auth_token,
    number: said.number,
    messagingServiceSid: said.messaging_service_sid,
    telnyx: {
      apiKey: said.telnyx_api_key,
      publicKey: said.telnyx_public_key,
      number: said.telnyx_number,
      profileId: said.telnyx_profile_id,
    },
    resend: {
      apiKey: said.resend_api_key,
      webhookSecret: said.resend_webhook_secret,
      address: said.resend_address,
    },
    control: new Control(said.address),
    stop: () => stop(child),
  };
}

/** Collects lines `key=value`; the address is the last. */
function settings() {
  const said = {};
  return (line) => {
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key) said[key] = value;
    return key === "address" && said;
  };
}

/** What a test may ask of the carrier besides the provider's API. */
class Control {
  constructor(address) {
    this.base = `${address}/simulator`;
  }

  async request(method, path, body) {
    const response = await fetch(this.base + path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** The number of a customer nobody else in the test file uses. */
  async newPhone(name = "Ana") {
    const added = await this.request("POST", "/phones", { name });
    return added.number;
  }

  /** A customer's phone sends a text; the carrier then calls the webhook. */
  text(phone, to, body) {
    return this.request("POST", `/phones/${encodeURIComponent(phone)}/texts`, { to, body });
  }

  /** A customer writes an email; the carrier then calls the webhook. */
  mail(mail) {
    return this.request("POST", "/mail", mail);
  }

  async mailsOf(address) {
    const page = await this.request("GET", `/mail/${encodeURIComponent(address)}`);
    return page.items;
  }

  /** WhatsApp's word on the templates that wait for it: approved, unless there is a reason against them. */
  decideTemplates(rejection) {
    return this.request("POST", "/templates/decide", { rejection });
  }

  async messagesOn(phone) {
    const page = await this.request("GET", `/phones/${encodeURIComponent(phone)}/messages`);
    return page.items;
  }

  setFaults(faults) {
    return this.request("PUT", "/faults", faults);
  }

  failNext(...faults) {
    return this.request("POST", "/faults/next", { faults });
  }

  failNextCancel(...faults) {
    return this.request("POST", "/faults/next", { cancel_faults: faults });
  }

  reset() {
    return this.request("POST", "/reset");
  }
}
