// Finds the data and the function table's entries that no code can reach any more, once other functions have gone.
//
// Code names a datum by its address, a number like any other; which numbers are addresses only the linker knew. Cargo
// has it write that down (`--emit-relocs`, see app/hydrate/build.rs), in the form that object files have:
// https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md
//
// So that wasm-opt's own search for dead code tells which addresses are still in use, `mark` puts a global in the place of
// each; wasm-opt cannot know its value, and drops it with the code that reads it. `unmark` puts the numbers back.

import { doomed, panicsOf, TRAP } from "./panics.mjs";
import { FUNCTION, GLOBAL, i32Const, instructionsOf, number, Reader, rewritten } from "./wasm-file.mjs";

const [I32_CONST, GLOBAL_GET] = [0x41, 0x23];
const [END, I32, MUTABLE] = [0x0b, 0x7f, 1];

/** What becomes of classes, which app/glue.mjs drops. */
const UNUSED_EXPORT = /^(__wbg_)?intounderlying/;

/** What a relocation is about, by its type: see WASM_RELOC in the document above. */
const ABOUT = { 0: "function", 1: "slot", 2: "slot", 3: "address", 4: "address", 5: "address" };
const WITH_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);
/** An address within the instruction that loads or stores: it cannot be marked, and counts as used. */
const MEMORY_ADDR_LEB = 3;

/** What `linked`, the linker's output as a WasmFile, says of the places of its data. What a panic says does not count. */
export class Links {
  constructor(linked) {
    const symbols = symbolsOf(linked);
    this.data = symbols.filter((symbol) => symbol?.length > 0);
    /** The symbols that the code names by an address. */
    this.byAddress = new Map();
    /** The symbols that count as used whatever happens. */
    this.roots = new Set();
    for (const { type, symbol, at } of relocations(linked, "DATA")) {
      const segment = linked.data.find((segment) => segment.at <= at && at < segment.at + segment.bytes.length);
      const place = segment.start + at - segment.at;
      for (const holder of this.data.filter(({ start, length }) => start <= place && place < start + length)) {
        if (ABOUT[type] === "address") holder.names.push(symbols[symbol]);
        if (ABOUT[type] === "slot") {
          holder.slots.push(segment.bytes.readUInt32LE(at - segment.at));
          holder.names.push(symbols[symbol]);
        }
      }
    }
    const functions = new Map(symbols.filter((symbol) => symbol?.index >= 0).map((symbol) => [symbol.index, symbol]));
    const starts = linked.bodies.map((body) => body.byteOffset - linked.code.byteOffset);
    const ends = linked.bodies.map((body, defined) => starts[defined] + body.length);
    const panics = panicsOf(linked);
    const dead = linked.bodies.map((body) => doomed(panics, body));
    let defined = 0;
    for (const { type, symbol, addend, at } of relocations(linked, "CODE")) {
      while (ends[defined] <= at) defined += 1;
      const index = linked.importedFunctions + defined;
      const holder = functions.get(index);
      if (!ABOUT[type] || panics.has(index)) continue;
      const inBody = at - starts[defined];
      if (dead[defined].some(({ from, to }) => from < inBody && inBody < to)) continue;
      const named = symbols[symbol];
      holder.names.push(named);
      if (ABOUT[type] === "slot") holder.slots.push(new Reader(linked.code, at).signed());
      if (ABOUT[type] === "address") holder.addresses.push([named.start + addend, named, type === MEMORY_ADDR_LEB]);
    }
    const exported = linked.exports.filter(({ kind, name }) => kind === FUNCTION && !UNUSED_EXPORT.test(name));
    const reached = reach(exported.map(({ index }) => functions.get(index)));
    /** The slots of the function table that code names which could be reached before anything was optimized. */
    this.slots = new Set();
    for (const { slots = [], addresses = [], index } of reached) {
      if (index >= 0) for (const slot of slots) this.slots.add(slot);
      for (const [address, symbol, unmarkable] of addresses) {
        if (unmarkable) this.roots.add(symbol);
        else this.byAddress.set(address, (this.byAddress.get(address) ?? new Set()).add(symbol));
      }
    }
  }

  /** Marks every number in `file` that may be the address of a datum. Where it is something else, nothing is lost. */
  mark(file) {
    const first = file.importedGlobals + file.globals.length;
    const marks = new Map();
    file.mapBodies((body) =>
      rewritten(body, ({ opcode, value }) => {
        if (opcode !== I32_CONST || !this.byAddress.has(value)) return;
        if (!marks.has(value)) marks.set(value, first + marks.size);
        return Buffer.concat([Buffer.from([GLOBAL_GET]), number(marks.get(value))]);
      }),
    );
    for (const [address, index] of marks) {
      file.globals.push(Buffer.concat([Buffer.from([I32, MUTABLE]), i32Const(address), Buffer.from([END])]));
      file.exports.push({ name: `address ${address}`, kind: GLOBAL, index });
    }
  }

  /** Whether an export of this name is a mark. */
  static isMark(name) {
    return name.startsWith("address ");
  }

  /** Leaves out of `file`, marked, what none of its marks leads to. */
  sweep(file) {
    const marks = marksOf(file);
    const used = new Set();
    for (const body of file.bodies) {
      for (const { opcode, value } of instructionsOf(body)) if (opcode === GLOBAL_GET && marks.has(value)) used.add(value);
    }
    const live = new Set(this.roots);
    const slots = new Set(this.slots);
    for (const mark of used) for (const symbol of this.byAddress.get(marks.get(mark))) live.add(symbol);
    for (const symbol of live) {
      for (const named of symbol.names) if (named.length > 0) live.add(named);
      for (const slot of symbol.slots) slots.add(slot);
    }
    for (const segment of file.data) segment.bytes = this.without(segment, live);
    const trap = file.importedFunctions + file.bodies.length;
    file.types.push(0);
    file.bodies.push(TRAP);
    for (const segment of file.elements) {
      segment.functions = segment.functions.map((index, at) => (slots.has(segment.start + at) ? index : trap));
    }
  }

  /** Puts the addresses back into `file`. */
  unmark(file) {
    const marks = marksOf(file);
    file.mapBodies((body) =>
      rewritten(body, ({ opcode, value }) =>
        opcode === GLOBAL_GET && marks.has(value) ? i32Const(marks.get(value)) : undefined,
      ),
    );
    file.exports = file.exports.filter(({ name }) => !Links.isMark(name));
  }

  /** The bytes of a segment, zeros where only dead data are. */
  without({ start, bytes }, live) {
    const kept = Buffer.from(bytes);
    const each = (wanted, act) => {
      for (const symbol of this.data) {
        if (live.has(symbol) !== wanted) continue;
        const from = Math.max(symbol.start - start, 0);
        const to = Math.min(symbol.start + symbol.length - start, bytes.length);
        if (from < to) act(from, to);
      }
    };
    each(false, (from, to) => kept.fill(0, from, to));
    // Two symbols may share their bytes.
    each(true, (from, to) => bytes.copy(kept, from, from, to));
    return kept;
  }
}

/** The addresses by the index of their mark. */
function marksOf(file) {
  const marks = file.exports.filter(({ name }) => Links.isMark(name));
  return new Map(marks.map(({ name, index }) => [index, Number(name.slice("address ".length))]));
}

/** The symbols and all that they name. */
function reach(symbols) {
  const reached = new Set(symbols.filter(Boolean));
  for (const { names } of reached) for (const named of names) reached.add(named);
  return reached;
}

/**
 * The linker's symbols by their index: data as `{start, length, …}`, functions as `{index, …}`, with what they name and the
 * slots of the function table that they name; others as `undefined`.
 */
function symbolsOf(file) {
  const [DATA, SECTION, UNDEFINED, EXPLICIT_NAME] = [1, 3, 0x10, 0x40];
  const reader = customSection(file, "linking");
  if (reader.number() !== 2) throw new Error("the linker writes another version of its notes");
  while (!reader.done) {
    const [kind, content] = [reader.byte(), new Reader(reader.block())];
    if (kind !== 8) continue;
    return content.list(() => {
      const [what, flags] = [content.byte(), content.number()];
      const defined = (flags & UNDEFINED) === 0;
      if (what === SECTION) return void content.number();
      if (what !== DATA) {
        const index = content.number();
        if (defined || flags & EXPLICIT_NAME) content.string();
        return what === FUNCTION ? { index, names: [], slots: [], addresses: [] } : undefined;
      }
      content.string();
      if (!defined) return undefined;
      const [segment, offset, length] = [content.number(), content.number(), content.number()];
      return { start: file.data[segment].start + offset, length, names: [], slots: [] };
    });
  }
  throw new Error("the linker has written no symbols");
}

function relocations(file, section) {
  const reader = customSection(file, `reloc.${section}`);
  reader.number();
  return reader.list(() => {
    const [type, at, symbol] = [reader.byte(), reader.number(), reader.number()];
    return { type, at, symbol, addend: WITH_ADDEND.has(type) ? reader.signed() : 0 };
  });
}

function customSection(file, name) {
  const reader = file.custom.get(name);
  if (!reader) throw new Error(`the linker has not written "${name}": was it asked for --emit-relocs?`);
  return reader;
}
