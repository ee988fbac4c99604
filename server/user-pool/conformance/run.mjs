// `make conformance`: the embedded user pool, and Holdfast, against things that nobody here wrote. Installs what it needs
// once (a Python venv in `target/conformance`, npm packages beside this file); where that cannot be had, says so and skips.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.env.CARGO_TARGET_DIR ?? join(here, "../../../target"));
const venv = join(target, "conformance", "venv");
const python = join(venv, "bin", "python");

/** `needs` is whatever has to be installed; `binaries` what has to be built. */
const PARTS = [
  { name: "boto3", needs: installPython, command: [python, "-m", "boto3_checks"] },
  { name: "aws-jwt-verify", needs: installNode, command: ["node", "jwt_verify.mjs"] },
  { name: "amazon-cognito-identity-js", needs: installNode, command: ["node", "identity_js.mjs"] },
];

const only = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const answers = new Map();
for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
  if (!answers.has(part.needs)) answers.set(part.needs, part.needs());
  const missing = answers.get(part.needs);
  if (missing) {
    console.log(`skipped: ${part.name}: ${missing}`);
    sum.skipped += 1;
    continue;
  }
  const started = performance.now();
  await run(part);
  console.log(`        ${part.name} took ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`conformance: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/** Runs one part, shows what it says, and adds its count; a part that ends without one has failed. */
async function run({ name, command: [program, ...args] }) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1", PYTHONPATH: here };
  const child = spawn(program, args, { cwd: here, env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  const [, ...counts] = output.match(/^count: (\d+) passed, (\d+) failed, (\d+) skipped$/m) ?? [];
  if (counts.length === 0 || (code !== 0 && counts[1] === "0")) {
    console.log(`FAILED  ${name}: ended with ${code}\ncount: 0 passed, 1 failed, 0 skipped`);
    sum.failed += 1;
  }
  ["passed", "failed", "skipped"].forEach((key, index) => (sum[key] += Number(counts[index] ?? 0)));
}

/** A venv with the pinned packages; what is wrong where there can be none. */
function installPython() {
  const pins = readFileSync(join(here, "requirements.txt"));
  const stamp = join(venv, "installed");
  const wanted = createHash("sha256").update(pins).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return undefined;
  if (spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).status !== 0) {
    return "needs Python 3.11 or newer";
  }
  console.log(`==> installing the Python packages into ${venv}`);
  mkdirSync(dirname(venv), { recursive: true });
  const pip = [python, "-m", "pip", "--retries", "1", "--timeout", "30", "install"];
  return (
    attempt("python3", "-m", "venv", "--clear", venv) ??
    attempt(...pip, "--quiet", "--no-deps", "--disable-pip-version-check", "-r", join(here, "requirements.txt")) ??
    void writeFileSync(stamp, wanted)
  );
}

/** `npm ci`, once for each lock file. */
function installNode() {
  const stamp = join(here, "node_modules", ".holdfast-installed");
  const wanted = createHash("sha256").update(readFileSync(join(here, "package-lock.json"))).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return undefined;
  console.log("==> npm ci in server/user-pool/conformance");
  return attempt("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1") ?? void writeFileSync(stamp, wanted);
}

function attempt(program, ...args) {
  const { status, stderr, error } = spawnSync(program, args, { cwd: here, encoding: "utf8" });
  if (status === 0) return undefined;
  const why = error?.message ?? stderr.trim().split("\n").at(-1);
  return `${program} ${args[0] === "-m" ? args[1] : args[0]} could not be done: ${why}`;
}
