/** Programs that a test or a benchmark starts: all of them end with it. */
import { spawn } from "node:child_process";
import { on, once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The folder of the repository, with a slash at the end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The built program. */
export const trunkline = process.env.TRUNKLINE_BIN ?? `${root}target/debug/trunkline`;

const LONGEST_START_MS = 30_000;

/** All that a program sees of the shell we were started from: its settings are none of a test's business. */
const SURROUNDINGS = Object.fromEntries(
  ["PATH", "HOME", "TMPDIR", "LANG"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGTERM")));

/**
 * Like `spawn`, but the child ends with us, and a command that cannot be started is said so.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export function start(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  child.on("error", (error) => process.stderr.write(`${command}: ${error.message}\n`));
  child.on("exit", () => running.delete(child));
  return child;
}

/**
 * Starts a program and reads its standard output until `ready` makes something of a line.
 *
 * @template T
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: Record<string, string>, cwd?: string, ready: (line: string) => T | undefined | null | false}}
 *   options
 * @returns {Promise<{child: import("node:child_process").ChildProcess, said: T}>}
 */
export async function startUntil(command, args, { env = {}, cwd, ready }) {
  const child = start(command, args, {
    cwd,
    env: { ...SURROUNDINGS, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error("no standard output");
  // The lines go on being read afterwards: a program whose output nobody takes would stand still.
  const lines = createInterface({ input: child.stdout });
  const heard = [];
  try {
    const waiting = { close: ["close"], signal: AbortSignal.timeout(LONGEST_START_MS) };
    for await (const [line] of on(lines, "line", waiting)) {
      heard.push(line);
      const said = ready(line);
      if (said) return { child, said };
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    await stop(child);
  }
  throw new Error(`${command} ${args.join(" ")} was never ready. It said:\n${heard.join("\n")}`);
}

/**
 * Ends a program and waits until it is gone.
 *
 * @param {import("node:child_process").ChildProcess} child
 */
export async function stop(child) {
  if (!running.has(child)) return;
  const gone = once(child, "exit");
  child.kill();
  await gone;
}

/**
 * Runs a command to its end and returns what it printed.
 *
 * @param {string} command
 * @param {string[]} args
 */
export async function output(command, args) {
  const child = start(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let text = "";
  for await (const chunk of child.stdout?.setEncoding("utf8") ?? []) text += chunk;
  const [code] = await exited;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
  return text;
}

/** A TCP port that nothing listens on just now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}
