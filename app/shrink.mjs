// Makes wasm-bindgen's output small. What it leaves out is what no page can reach or see:
//
// - the words of panics. Nothing here prints them; a panic goes on stopping the wasm at the same place, by the same trap
//   (app/boot.js tells the reader), but neither the words nor what formats them are loaded;
// - what only an unused part of a dependency exports, and what only that imports;
// - data and functions that only those have named;
// - the long names by which wasm and glue know each other.
//
//   node app/shrink.mjs <the linker's wasm> <folder of wasm-bindgen's output> <folder for the small one>

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Links } from "./dead-data.mjs";
import { Glue } from "./glue.mjs";
import { silence } from "./panics.mjs";
import { WasmFile } from "./wasm-file.mjs";

/** Each round finds what the one before it has made unreachable; a fourth finds next to nothing. */
const ROUNDS = 3;

/** The features are those that rustc switches on for this target. */
const WASM_OPT = [
  ...["-Oz", "--strip-debug", "--strip-producers", "--enable-bulk-memory", "--enable-multivalue"],
  ...["--enable-mutable-globals", "--enable-nontrapping-float-to-int", "--enable-reference-types", "--enable-sign-ext"],
];

const app = dirname(fileURLToPath(import.meta.url));
const [linked, from, to] = process.argv.slice(2);
if (!to) fail("usage: node app/shrink.mjs <linked wasm> <wasm-bindgen output> <folder>");

const links = new Links(new WasmFile(readFileSync(linked)));
const glue = new Glue(readFileSync(join(from, "holdfast.js"), "utf8"));
let file = new WasmFile(readFileSync(join(from, "holdfast_bg.wasm")));
silence(file);
links.mark(file);
for (let round = 0; round < ROUNDS; round++) {
  const called = glue.called();
  file.exports = file.exports.filter(({ name }) => called.has(name) || Links.isMark(name));
  file = optimized(file);
  glue.keepImports(file.imports.map(({ name }) => name));
  links.sweep(file);
}
links.unmark(file);
file = optimized(file);
glue.keepImports(file.imports.map(({ name }) => name));
rename(file, glue);
mkdirSync(to, { recursive: true });
writeFileSync(join(to, "holdfast_bg.wasm"), file.write());
writeFileSync(join(to, "holdfast.js"), glue.source());

function optimized(file) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-shrink-"));
  try {
    const [before, after] = [join(folder, "before.wasm"), join(folder, "after.wasm")];
    writeFileSync(before, file.write());
    execFileSync(join(app, "node_modules", ".bin", "wasm-opt"), [...WASM_OPT, before, "-o", after]);
    return new WasmFile(readFileSync(after));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Short names for everything that wasm and glue know each other by. */
function rename(file, glue) {
  const short = (entries) => new Map(entries.map(({ name }, index) => [name, shortName(index)]));
  const [imports, exports, module] = [short(file.imports), short(file.exports), "a"];
  file.imports = file.imports.map((entry) => ({ ...entry, module, name: imports.get(entry.name) }));
  file.exports = file.exports.map((entry) => ({ ...entry, name: exports.get(entry.name) }));
  glue.rename(imports, exports, module);
}

/** a, b, … z, aa, ab, … */
function shortName(index) {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : shortName(Math.floor(index / 26) - 1) + last;
}

function fail(message) {
  console.error(`shrink: ${message}`);
  process.exit(1);
}
