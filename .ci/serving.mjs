// What was built, started for a check: Holdfast, the user pool beside it, and a shell that finds both.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export const BIN = resolve(process.env.HOLDFAST_BIN);
const POOL_BIN = resolve(process.env.HOLDFAST_USER_POOL_BIN);
const START_MS = 30_000;
const USERS = "ada@example.com:Password-1";

/** A folder for everything that is written; whoever comes last removes it. */
export const scratch = mkdtempSync(join(tmpdir(), "holdfast-commands-"));

export function shell(script) {
  const env = { ...process.env, PATH: `${join(BIN, "..")}:${process.env.PATH}`, TMPDIR: scratch, no_proxy: "*" };
  const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${script}\nended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

export async function start(variables) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const cwd = mkdtempSync(join(scratch, "cwd-"));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|AWS)_/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    HOLDFAST_DATA: join(cwd, "data"),
    ...variables,
    HOLDFAST_ADDR: `127.0.0.1:${port}`,
    ...(variables.HOLDFAST_DATA === "/var/lib/holdfast" ? { HOLDFAST_DATA: join(cwd, "data") } : {}),
  };
  const child = spawn(BIN, { env, cwd, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const alive = () => fetch(`${url}/healthz`).then((answer) => answer.ok, () => false);
  await until(alive, () => (child.exitCode === null ? null : `${child.exitCode}: ${log}`));
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export async function startPool() {
  const env = { ...process.env, HOLDFAST_DATA: mkdtempSync(join(scratch, "pool-")), HOLDFAST_POOL_ADDR: "127.0.0.1:0", HOLDFAST_POOL_USERS: USERS };
  const child = spawn(POOL_BIN, { env, stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const said = {};
  const printed = createInterface({ input: child.stdout });
  await new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`the pool ended with ${code}`)));
    printed.on("line", (line) => {
      const [, key, value] = line.match(/^(endpoint|issuer|pool id|client id)\s+(\S+)/) ?? [];
      if (key) said[key] = value;
      if (Object.keys(said).length === 4) resolve();
    });
  });
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { said, stop };
}

export async function until(met, gone) {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (gone() !== null) throw new Error(`it ended with ${gone()}`);
    if (await met()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing after ${START_MS} ms`);
}

export function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
