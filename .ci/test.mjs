// `make test`: runs every check as a target of the Makefile, whatever the others say; then a table of what ran, and as the
// very last line the sum over all runners.

import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { clock, counted, rustTests, tally } from "./count.mjs";

/**
 * One step after the other; the lanes of a step side by side. What only compiles or reads may share the machine, because a
 * compiler often leaves a core idle, at the end of a crate most of all. What watches a clock has the machine to itself.
 * `count` reads a runner's own output.
 */
const STEPS = [
  [[{ name: "setup-test", silent: true }, { name: "tree" }, { name: "fmt" }]],
  [
    [{ name: "clippy" }, { name: "clippy-wasm" }, { name: "types" }, { name: "doc" }, { name: "deny", count: counted }],
    [{ name: "site" }, { name: "build", silent: true }, { name: "unit-build", silent: true }],
  ],
  [
    [
      { name: "unit", count: rustTests },
      { name: "commands", count: counted },
      { name: "conformance", count: counted },
      { name: "prove", count: counted },
      { name: "e2e", count: counted },
    ],
  ],
];

const logs = join(process.env.CARGO_TARGET_DIR ?? "target", "checks");
mkdirSync(logs, { recursive: true });

const rows = [];
for (const lanes of STEPS) {
  await Promise.all(lanes.map((checks) => run(checks, lanes.length === 1)));
}

const cells = (row) => [row.name.padEnd(14), ...row.numbers.map((number) => String(number).padStart(9)), clock(row.seconds).padStart(9)];
console.log(`\n${cells({ name: "check", numbers: ["passed", "failed", "skipped"], seconds: undefined }).join("")}`);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const { name, seconds, passed, failed, skipped, notes } of rows) {
  console.log(cells({ name, numbers: [passed, failed, skipped], seconds }).join(""));
  for (const note of notes) console.log(`    ${note}`);
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}
if (sum.failed > 0) console.log(`\nThe whole output of each check is in ${logs}.`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/** One check after the other, whatever the others say; alone, it is shown as it goes on, else when it is through. */
async function run(checks, alone) {
  for (const check of checks) {
    const heading = `\n==> make ${check.name}\n`;
    if (alone) process.stdout.write(heading);
    const started = performance.now();
    const { code, output } = await make(check.name, alone);
    if (!alone) process.stdout.write(heading + output);
    rows.push({ name: check.name, seconds: (performance.now() - started) / 1000, ...tally(check, code, output) });
  }
}

function make(target, shown) {
  const child = spawn("make", ["--no-print-directory", target], { stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(join(logs, `${target}.log`));
  let output = "";
  const take = (to) => (chunk) => {
    output += chunk;
    log.write(chunk);
    if (shown) to.write(chunk);
  };
  child.stdout.on("data", take(process.stdout));
  child.stderr.on("data", take(process.stderr));
  return new Promise((resolve) => {
    child.once("close", (code) => log.end(() => resolve({ code: code ?? 1, output })));
  });
}
