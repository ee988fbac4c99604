// `make site`: what the editor page makes a reader load, and whether that is within the budget.
//
//   node app/site-sizes.mjs <folder of the site>

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** All of it, brotli, in bytes. The budget is the promise; the aim is where it should be. */
const BUDGET = 121_856;
const AIM = 81_920;

/** Loaded when somebody asks for what it does, by another page, or by the service worker. */
const ON_DEMAND = ["changes.", "days.", "list.", "markdown.", "offline.", "pages.", "passkey.", "preview.", "sw."];

/** What one file of the typeface may weigh. A page loads those that it has letters of; they are counted by themselves. */
const FONT_BUDGET = 40_960;

const { sizes } = JSON.parse(readFileSync(join(process.argv[2] ?? "target/site", "manifest.json"), "utf8"));
const row = (name, ...cells) => console.log(name.padEnd(34) + cells.map((cell) => String(cell).padStart(10)).join(""));
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

row("file", "raw", "gzip", "brotli");
let total = 0;
for (const [name, { raw, gzip, brotli }] of Object.entries(sizes)) {
  row(name, raw, gzip ?? "", brotli ?? "");
  if (name.endsWith(".woff2")) {
    if (raw > FONT_BUDGET) {
      console.error(`site: ${name} is ${raw - FONT_BUDGET} bytes above the budget of a font`);
      process.exitCode = 1;
    }
    continue;
  }
  if (!ON_DEMAND.some((stem) => name.startsWith(stem))) total += brotli;
}
row("everything the editor page loads", "", "", total);
console.log(`site: ${kb(total)} brotli of ${kb(BUDGET)} (${kb(AIM)} is the aim${total <= AIM ? ", reached" : ""})`);
if (total > BUDGET) {
  console.error(`site: ${total - BUDGET} bytes above the budget`);
  process.exitCode = 1;
}
