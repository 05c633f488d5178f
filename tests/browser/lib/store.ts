/** What goes wrong beneath the program: its database refuses something, and later no longer does. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs statements on the database of an installation, beside the program that has it open. */
async function execute(data: string, statements: string): Promise<void> {
  await run("sqlite3", ["-cmd", ".timeout 10000", join(data, "trunkline.db"), statements]);
}

/** From now on no text from a customer can be put into the inbox. Their webhooks are kept all the same. */
export async function refuseTexts(data: string, reason: string): Promise<void> {
  const inside = `select raise(abort, '${reason}');`;
  const when = "before insert on messages when new.direction = 'inbound'";
  await execute(data, `create trigger refuse_texts ${when} begin ${inside} end;`);
}

export async function acceptTexts(data: string): Promise<void> {
  await execute(data, "drop trigger refuse_texts;");
}
