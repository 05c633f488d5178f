/** Twilio's official client, pointed at the simulator, with every exchange held against the description. */
import twilio from "twilio";
import RequestClient from "twilio/lib/base/RequestClient.js";

import { checkExchange } from "./description.js";

const HOSTS = /^https:\/\/(api|content|messaging)\.twilio\.com/;

class SimulatorClient extends RequestClient {
  constructor(address) {
    super();
    this.address = address;
  }

  async request(options) {
    const uri = options.uri.replace(HOSTS, this.address);
    const response = await super.request({ ...options, uri });
    checkExchange({
      method: options.method,
      uri: options.uri,
      query: options.params,
      form: options.data,
      status: response.statusCode,
      body: response.body,
    });
    return response;
  }
}

/** @param {{address: string, accountSid: string, authToken: string}} simulator */
export function clientOf(simulator, { authToken = simulator.authToken } = {}) {
  return twilio(simulator.accountSid, authToken, {
    httpClient: new SimulatorClient(simulator.address),
  });
}
