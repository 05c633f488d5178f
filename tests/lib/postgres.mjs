/** The PostgreSQL server that the scripts have started (see postgres.sh). */
import { randomBytes } from "node:crypto";

import { output } from "./program.mjs";

/** The address of its superuser. */
export const server = process.env.TRUNKLINE_TEST_POSTGRES ?? "";

/**
 * What a statement answers, as text.
 *
 * @param {string} database its address
 * @param {string} sql
 */
export function query(database, sql) {
  const quiet = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"];
  return output(process.env.PSQL ?? "psql", [...quiet, "--command", sql, database]);
}

/**
 * Makes a database that nobody else uses, and returns its address.
 *
 * @param {string} purpose
 */
export async function newDatabase(purpose) {
  const name = `${purpose}_${randomBytes(4).toString("hex")}`;
  await query(server, `CREATE DATABASE ${name}`);
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
