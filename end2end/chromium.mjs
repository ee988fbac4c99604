// Which Chromium the tests drive: $HOLDFAST_CHROMIUM, else the first on PATH, else Playwright's own where it has been
// downloaded. `node chromium.mjs` prints it; `--install` gets one where there is none.

import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export function findChromium() {
  const named = process.env.HOLDFAST_CHROMIUM;
  if (named) return named;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const found = NAMES.map((name) => join(folder, name)).find(executable);
    if (found) return found;
  }
  return undefined;
}

/** Playwright's own, if `npx playwright install chromium` has brought it. */
async function downloaded() {
  const { chromium } = await import("@playwright/test");
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install() {
  const root = process.getuid?.() === 0;
  const sudo = !root && spawnSync("sudo", ["-n", "true"]).status === 0;
  if (existsSync("/etc/debian_version") && (root || sudo)) {
    console.log("==> installing Chromium with apt-get");
    const apt = (...args) => {
      const command = [...(sudo ? ["sudo"] : []), "apt-get", "--quiet", "--yes", ...args];
      return spawnSync(command[0], command.slice(1), {
        stdio: "inherit",
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      }).status;
    };
    apt("update");
    if (apt("install", "--no-install-recommends", "chromium", "fonts-dejavu-core") === 0 && findChromium()) return;
    if (apt("install", "--no-install-recommends", "chromium-browser") === 0 && findChromium()) return;
  }
  console.log("==> letting Playwright download its Chromium");
  execFileSync("npx", ["playwright", "install", "chromium"], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    stdio: "inherit",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = findChromium() ?? (await downloaded());
  if (found) {
    if (!process.argv.includes("--install")) console.log(found);
  } else if (process.argv.includes("--install")) {
    install();
  } else {
    console.error("no Chromium: set HOLDFAST_CHROMIUM, or run `make setup-test`");
    process.exitCode = 1;
  }
}
