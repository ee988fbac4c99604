// `make lighthouse`: the list and the editor as Google's Lighthouse judges them, on its mobile profile (a slow phone's
// processor and network, simulated). A judge, not a test: it wants an idle machine, and is no part of `make test`.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { findChromium } from "../end2end/chromium.mjs";
import { scratch, start } from "./serving.mjs";

const LIGHTHOUSE = resolve(process.env.LIGHTHOUSE);
/** What each page must reach, of 100. */
const LEAST = { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 };
const RUNS = 3;

const holdfast = await start({ HOLDFAST_POOL_USERS: "ada@example.com:Password-1" });
let cookie = "";
const post = async (path, body) => {
  const headers = { origin: holdfast.url, "content-type": "application/json", cookie };
  const answer = await fetch(holdfast.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
};
try {
  const signedIn = await post("/api/session", { username: "ada@example.com", password: "Password-1" });
  cookie = signedIn.headers.getSetCookie()[0].split(";")[0];
  let id;
  for (let n = 1; n <= 8; n += 1) {
    const made = await post("/api/documents", { title: `Letter ${n}`, text: `# Letter ${n}\n\nSome words about the lighthouse.` });
    ({ id } = await made.json());
  }
  for (const [name, path] of [["list", "/"], ["editor", `/documents/${id}`]]) {
    const runs = Array.from({ length: RUNS }, () => judged(holdfast.url + path));
    // Performance differs from run to run; the middle one counts, as Lighthouse's own advice is.
    runs.sort((one, other) => one.performance - other.performance);
    const middle = runs[Math.floor(RUNS / 2)];
    console.log(`${name}: ${Object.entries(middle).map(([category, score]) => `${category} ${score}`).join(", ")}`);
    for (const [category, least] of Object.entries(LEAST)) {
      if (middle[category] < least) {
        console.error(`FAILED: ${name}: ${category} is ${middle[category]}, and ${least} is the least`);
        process.exitCode = 1;
      }
    }
  }
} finally {
  await holdfast.stop();
  rmSync(scratch, { recursive: true, force: true });
}

function judged(url) {
  const args = [url, "--quiet", "--output=json", "--output-path=stdout", "--chrome-flags=--headless=new --no-sandbox"];
  args.push(`--only-categories=${Object.keys(LEAST)}`, `--extra-headers=${JSON.stringify({ Cookie: cookie })}`);
  const env = { ...process.env, CHROME_PATH: findChromium() ?? process.env.CHROME_PATH };
  const { status, stdout, stderr } = spawnSync(LIGHTHOUSE, args, { env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(stderr);
  const { categories, finalDisplayedUrl } = JSON.parse(stdout);
  if (finalDisplayedUrl !== url) throw new Error(`${finalDisplayedUrl} was shown instead of ${url}`);
  return Object.fromEntries(Object.keys(LEAST).map((category) => [category, Math.round(categories[category].score * 100)]));
}
