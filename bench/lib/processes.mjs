/** What a benchmark runs, and what it costs the machine. */
import { readFileSync, readdirSync } from "node:fs";

import { start } from "../../tests/lib/program.mjs";

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

/** A process that does nothing but take a processor. */
export function startHog() {
  return start("sh", ["-c", "while :; do :; done"], { stdio: "ignore" });
}

const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

/** The processor time that the processes and all they started have used so far, in seconds. */
export function processorSeconds(pids) {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat !== null);
  const family = new Set(pids);
  // A process is mostly, but not always, listed after its parent: look until nobody new is found.
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const ticks = all.filter(({ pid }) => family.has(pid)).reduce((sum, stat) => sum + stat.ticks, 0);
  return ticks / TICKS_PER_SECOND;
}

/** See proc(5): after the name in brackets come state, parent, …, and as 12th to 15th the times. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15);
    return { pid: Number(pid), parent: fields[1], ticks: user + system + childrenUser + childrenSystem };
  } catch {
    return null; // It ended while we were looking.
  }
}

/** The most memory that a process has had (proc(5), VmHWM). */
export function peakMegabytes(pid) {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}
