// Puts together the site that the server embeds: a style sheet for every page and one for all but the editor's, the typeface,
// the wasm and its glue, the boot script, the comforts of the editor, what single pages or single clicks ask for, and what is
// there without a network; each under a name that holds the hash of its content, with a brotli and a gzip copy beside it where
// that is smaller.
//
//   node app/build-site.mjs [--dev] <folder of wasm-bindgen's output> <folder of the site>
//
// --dev leaves out what costs time: nothing is minified or compressed.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildSync, transformSync } from "esbuild";

/** The layers in the order in which they are declared, and what other components refine; any other sheet follows in
 * alphabetical order. */
const SHEETS = ["tokens", "base", "layout", "buttons"];

/** The sheets of pages on which nobody writes: the editor does not load them. */
const OF_PAGES = ["history", "list", "list-help", "list-tools", "problem", "receipt", "settings", "statement"];

/** The sheet that is written into the page of a network that is gone, and nowhere else. */
const OFFLINE = "offline";

/** Where the server serves the files. */
const PREFIX = "/pkg/";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values, positionals } = parseArgs({ options: { dev: { type: "boolean" } }, allowPositionals: true });
const [bindgen, out] = positionals;
if (!bindgen || !out) fail("usage: node app/build-site.mjs [--dev] <wasm-bindgen output> <site>");

if (existsSync(join(bindgen, "snippets"))) {
  fail("wasm-bindgen wrote snippets/: a dependency carries inline JavaScript, which this site does not serve");
}

const site = [];
const fonts = Object.fromEntries(
  readdirSync(join(root, "style", "fonts"))
    .filter((name) => name.endsWith(".woff2"))
    .map((name) => [name, add(name.slice(0, -6), "woff2", readFileSync(join(root, "style", "fonts", name)))]),
);
const css = add("holdfast", "css", minify(styles((name) => !OF_PAGES.includes(name) && name !== OFFLINE), "css"));
const pages = add("pages", "css", minify(styles((name) => OF_PAGES.includes(name)), "css"));
const wasm = add("holdfast", "wasm", readFileSync(join(bindgen, "holdfast_bg.wasm")));
const js = add("holdfast", "js", minify(readFileSync(join(bindgen, "holdfast.js"), "utf8"), "js"));
const preview = add("preview", "js", bundle('export { toggle } from "./preview.js";'));
const passkey = add("passkey", "js", minify(readFileSync(join(root, "app", "src", "browser", "passkey.js"), "utf8"), "js"));
const markdown = add("markdown", "js", bundle('export { markdown } from "./write/markdown.js";'));
const write = add("write", "js", Buffer.from(naming(String(bundle('import "./write/main.js";')), { __MARKDOWN__: markdown.url })));
const boot = add("boot", "js", bundle(bootScript()));
// The list's alone: nobody who opens the editor loads it.
const list = add("list", "js", bundle('import "./src/browser/list.js";'));
add("days", "js", bundle('import "./src/browser/days.js";'));
add("changes", "js", bundle('import "./src/browser/changes.js";'));
// The server answers with these where they belong: /sw.js, and the page /offline.
add("sw", "js", minify(readFileSync(join(root, "app", "sw.js"), "utf8"), "js"));
add("offline", "js", minify(readFileSync(join(root, "app", "offline.js"), "utf8"), "js"));
add("offline", "css", minify(styles((name) => name === "tokens" || name === OFFLINE), "css"));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const file of site) {
  writeFileSync(join(out, file.name), file.content);
  if (values.dev) continue;
  if (file.br) writeFileSync(join(out, `${file.name}.br`), file.br);
  if (file.gz) writeFileSync(join(out, `${file.name}.gz`), file.gz);
}
const sizes = Object.fromEntries(
  site.map(({ name, content, br, gz }) => [name, { raw: content.length, gzip: gz?.length, brotli: br?.length }]),
);
// Written last: a folder without it is not a site.
writeFileSync(
  join(out, "manifest.json"),
  `${JSON.stringify({ css: css.url, pages: pages.url, boot: boot.url, js: js.url, wasm: wasm.url, list: list.url, passkey: passkey.url, sizes }, null, 2)}\n`,
);

/** The sheets that are wanted, in their order. */
function styles(wanted) {
  const folder = join(root, "style");
  const names = readdirSync(folder).filter((name) => name.endsWith(".css")).map((name) => name.slice(0, -4)).filter(wanted);
  // What a sheet of paper has not is taken away at last.
  const rank = (name) => (name === "print" ? Infinity : SHEETS.includes(name) ? SHEETS.indexOf(name) : SHEETS.length);
  names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  if (names.length === 0) fail("style/ holds no style sheet");
  const text = names.map((name) => readFileSync(join(folder, `${name}.css`), "utf8")).join("\n");
  return text.replace(/url\("fonts\/([^"]+)"\)/g, (_, name) => `url("${(fonts[name] ?? fail(`style/fonts has no ${name}`)).url}")`);
}

function bootScript() {
  const source = readFileSync(join(root, "app", "boot.js"), "utf8");
  return naming(source, { __JS__: js.url, __WASM__: wasm.url, __PREVIEW__: preview.url, __PASSKEY__: passkey.url, __WRITE__: write.url });
}

/** A script with the addresses of what it loads. */
function naming(source, urls) {
  return Object.entries(urls).reduce((text, [placeholder, url]) => {
    if (!text.includes(placeholder)) fail(`no script says ${placeholder}`);
    return text.replaceAll(placeholder, url);
  }, source);
}

function minify(source, loader) {
  if (values.dev) return Buffer.from(source);
  // No lowering: the syntax is what was written, and the browsers that can run the islands read it.
  const { code, warnings } = transformSync(source, { loader, minify: true, target: "esnext", legalComments: "none" });
  for (const { text, location } of warnings) console.warn(`${loader}: ${text} (${location?.lineText?.trim() ?? "?"})`);
  if (warnings.length > 0) fail(`the minifier has doubts about the ${loader}`);
  return Buffer.from(code);
}

/** The boot script with what it imports from the source tree; what the site serves stays an import. */
function bundle(contents) {
  const { outputFiles, warnings } = buildSync({
    stdin: { contents, resolveDir: join(root, "app"), loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    target: "esnext",
    minify: !values.dev,
    legalComments: "none",
    external: [`${PREFIX}*`, "__MARKDOWN__"],
    logLevel: "silent",
  });
  for (const { text } of warnings) console.warn(`js: ${text}`);
  if (warnings.length > 0) fail("the bundler has doubts about the boot script");
  return Buffer.from(outputFiles[0].contents);
}

function add(stem, extension, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const name = `${stem}.${hash}.${extension}`;
  const file = { name, url: PREFIX + name, content, ...(values.dev ? {} : compressed(content, extension)) };
  site.push(file);
  return file;
}

function compressed(content, extension) {
  // Brotli is within it already.
  if (extension === "woff2") return {};
  const br = brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: extension === "wasm" ? constants.BROTLI_MODE_GENERIC : constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  return { br, gz: gzipSync(content, { level: 9 }) };
}

function fail(message) {
  console.error(`build-site: ${message}`);
  process.exit(1);
}
