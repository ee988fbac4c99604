// `make watch`: build the development variant, serve it, and do so again after every change. A build that fails leaves
// the server that runs alone.

import { spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { join, resolve } from "node:path";

const SOURCES = ["src", "app", "server", "style", "migrations", "Cargo.toml", "Cargo.lock"];
const IGNORED = /node_modules|(^|\/)\.|~$/;
const target = process.env.CARGO_TARGET_DIR ?? "target";

let server;
let building = false;
let changed = true;
let timer;

process.on("exit", () => server?.kill("SIGTERM"));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
for (const path of SOURCES.filter((path) => existsSync(path))) {
  watch(path, { recursive: true }, (_event, file) => {
    if (file && IGNORED.test(file)) return;
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(build, 150);
  });
}
await build();

async function build() {
  if (building) return;
  building = true;
  while (changed) {
    changed = false;
    const code = await ended(spawn("make", ["build", "PROFILE=dev"], { stdio: "inherit" }));
    if (code === 0 && !changed) await restart();
  }
  building = false;
  console.log("==> waiting for changes");
}

async function restart() {
  if (server && server.exitCode === null && server.signalCode === null) {
    server.kill("SIGTERM");
    await ended(server);
  }
  const env = { ...process.env, HOLDFAST_SITE_DIR: resolve(target, "site-dev") };
  server = spawn(join(target, "debug", "holdfast"), { stdio: "inherit", env });
}

function ended(child) {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}
