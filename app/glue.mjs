// wasm-bindgen's glue, edited as text. Its form is that of the one pinned version of wasm-bindgen: whatever is not as
// expected stops the build.

import { transformSync } from "esbuild";

/** What the server serves needs none of wasm-bindgen's ways around other servers. */
const LOAD = `export default async function ({ module_or_path: url }) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch(url), __wbg_get_imports());
  return __wbg_finalize_init(instance);
}
`;

/** One function that the wasm imports. */
const IMPORT = /^ {8}(\w+): function\([^]*?^ {8}\}.*,\n/gm;

const CALL = /\bwasm\.(\w+)/g;

export class Glue {
  /** `source` is the glue; its classes go. They are those of wasm-streams, which Leptos brings along and no island uses. */
  constructor(source) {
    const classless = without(source, /^export class \w+ \{\n[^]*?^\}\n/gm)
      .replaceAll(/^if \(Symbol\.dispose\) .*\n/gm, "")
      .replaceAll(/^const \w+Finalization = [^;]*;\n/gm, "");
    this.imports = new Map([...classless.matchAll(IMPORT)].map(([entry, name]) => [name, entry]));
    const [head, tail] = without(classless, IMPORT).split("const import0 = {\n        __proto__: null,\n", 2);
    if (!tail) throw new Error("the glue's form is new: the imports are somewhere else");
    this.head = head;
    this.tail = without(tail, /^async function __wbg_load\([^]*/m) + LOAD;
  }

  /** Keeps only the imports with these names, in this order. */
  keepImports(names) {
    const kept = names.map((name) => [name, this.imports.get(name)]);
    for (const [name, entry] of kept) if (!entry) throw new Error(`the glue's form is new: it has no line for ${name}`);
    this.imports = new Map(kept);
  }

  /** The names of the exports that are called. */
  called() {
    return new Set([...this.source().matchAll(CALL)].map(([, name]) => name));
  }

  /** Gives imports and exports the names of these maps, and the module from which the wasm imports the name `module`. */
  rename(imports, exports, module) {
    const named = [...this.imports].map(([name, entry]) => [imports.get(name), entry.replace(name, imports.get(name))]);
    this.imports = new Map(named);
    this.tail = without(this.tail, '"./holdfast_bg.js"', `"${module}"`);
    const renamed = (text) => text.replaceAll(CALL, (_, name) => `wasm.${exports.get(name) ?? name}`);
    this.imports = new Map([...this.imports].map(([name, entry]) => [name, renamed(entry)]));
    [this.head, this.tail] = [renamed(this.head), renamed(this.tail)];
  }

  /** The glue, without the functions that nothing in it uses. */
  source() {
    const imports = `const import0 = {\n        __proto__: null,\n${[...this.imports.values()].join("")}`;
    return transformSync(this.head + imports + this.tail, { treeShaking: true, format: "esm" }).code;
  }
}

function without(text, pattern, by = "") {
  const replaced = text.replace(pattern, () => by);
  if (replaced === text) throw new Error(`the glue's form is new: it has nothing like ${pattern}`);
  return replaced;
}
