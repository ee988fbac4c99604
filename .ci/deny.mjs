// `make deny`: cargo-deny, each of its checks counted. It never fetches: advisories are checked against the copy of the
// RustSec database in HOLDFAST_ADVISORY_DB (a folder that holds `crates/`), and skipped aloud without one.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const deny = process.env.CARGO_DENY ?? "cargo-deny";
const database = process.env.HOLDFAST_ADVISORY_DB;
const checks = ["licenses", "bans", "sources"];
const count = { passed: 0, failed: 0, skipped: 0 };

if (database && existsSync(join(database, "crates"))) {
  install(database, process.env.ADVISORIES ?? join("target", "advisory-db"));
  checks.push("advisories");
} else {
  count.skipped += 1;
  console.log(`skipped: advisories (${database ? `${database} holds no crates/` : "HOLDFAST_ADVISORY_DB is not set"})`);
}

// The crates of every platform, so that cargo-deny can read their licences offline.
spawnSync("cargo", ["fetch", "--locked", "--quiet"], { stdio: "inherit" });
for (const check of checks) {
  const args = ["--workspace", "--offline", "--locked", "--log-level", "warn", "check", "--hide-inclusion-graph", check];
  const { status } = spawnSync(deny, args, { stdio: "inherit" });
  count[status === 0 ? "passed" : "failed"] += 1;
}
console.log(`count: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;

/** cargo-deny wants a git clone in a folder named after the database's URL. */
function install(from, into) {
  const clone = join(into, "advisory-db-3157b0e258782691");
  rmSync(into, { recursive: true, force: true });
  mkdirSync(clone, { recursive: true });
  cpSync(from, clone, { recursive: true, filter: (path) => !path.endsWith(".git") });
  const git = (...args) => execFileSync("git", ["-C", clone, ...args], { stdio: "pipe" });
  git("init", "--quiet");
  git("add", "--all");
  git("-c", "user.name=holdfast", "-c", "user.email=holdfast@localhost", "commit", "--quiet", "--message", "A copy");
}
