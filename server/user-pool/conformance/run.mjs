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

/** `needs` is whatever has to be installed first. */
const PARTS = [
  { name: "ministack", needs: installPython, command: [python, "-m", "holdfast_checks.on_ministack"] },
  { name: "amazon-cognito-identity-js", needs: installNode, command: ["node", "identity_js.mjs"] },
  { name: "joserfc", needs: installPython, command: [python, "-m", "holdfast_checks.bearer"] },
  { name: "jose", needs: installNode, command: ["node", "hostile.mjs"] },
  { name: "boto3", needs: installPython, command: [python, "-m", "boto3_checks"] },
  { name: "oauth4webapi", needs: installNode, command: ["node", "oauth.mjs"] },
  { name: "aws-jwt-verify", needs: installNode, command: ["node", "jwt_verify.mjs"] },
  { name: "templates", needs: () => undefined, command: ["node", "templates.mjs"] },
];

/** The longest first, as many at once as there are usually cores. */
const AT_ONCE = 2;

const only = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const waiting = PARTS.filter(({ name }) => only.length === 0 || only.includes(name)).filter(isInstalled);
await Promise.all(Array.from({ length: AT_ONCE }, runThem));
console.log(`conformance: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/** Whether a part can run; if not, that is said and counted. */
function isInstalled({ name, needs }) {
  needs.answer ??= needs() ?? "";
  if (needs.answer === "") return true;
  console.log(`skipped: ${name}: ${needs.answer}\ncount: 0 passed, 0 failed, 1 skipped`);
  sum.skipped += 1;
  return false;
}

async function runThem() {
  for (let part = waiting.shift(); part; part = waiting.shift()) await run(part);
}

/** Runs one part, shows what it has said, and adds its count; a part that ends without one has failed. */
async function run({ name, command: [program, ...args] }) {
  const started = performance.now();
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1", PYTHONPATH: here };
  const child = spawn(program, args, { cwd: here, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.once("close", resolve));
  const [, ...counts] = output.match(/^count: (\d+) passed, (\d+) failed, (\d+) skipped$/m) ?? [];
  console.log(`${output}        ${name} took ${((performance.now() - started) / 1000).toFixed(1)} s`);
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
