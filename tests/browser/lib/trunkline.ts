/** A fresh installation of the built program for each test: empty database, built-in simulator, own port. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { test as base } from "@playwright/test";

import { freePort, startUntil, stop, trunkline } from "../../lib/program.mjs";

export const test = base.extend<{ address: string; data: string }>({
  /** The folder that will hold its database; the program makes it. */
  data: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "trunkline-browser-"));
    await use(join(folder, "data"));
    await rm(folder, { recursive: true });
  },
  /** Where the installation answers, for instance http://127.0.0.1:41234. */
  address: async ({ data }, use) => {
    const args = ["serve", "--data", data, "--listen", `127.0.0.1:${await freePort()}`];
    const { child, said } = await startUntil(trunkline, args, {
      cwd: dirname(data),
      env: { TRUNKLINE_SIMULATOR_LISTEN: "127.0.0.1:0", TRUNKLINE_LOG_LEVEL: "warn" },
      ready: (line) => /http:\/\/[^\s/]+/.exec(line)?.[0],
    });
    await use(said);
    await stop(child);
  },
  baseURL: async ({ address }, use) => use(address),
});

export { expect } from "@playwright/test";
