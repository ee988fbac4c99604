// A wasm file taken apart into what app/shrink.mjs changes, and put together again.
// The format: https://webassembly.github.io/spec/core/binary/

const SECTIONS = { import: 2, function: 3, global: 6, export: 7, element: 9, code: 10, data: 11 };
const I32_CONST = 0x41;
const END = 0x0b;

/** The kinds of imports and exports. */
export const FUNCTION = 0;
export const GLOBAL = 3;

/** Reads numbers and strings from `bytes`, one after the other. */
export class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get done() {
    return this.at >= this.bytes.length;
  }

  take(length) {
    this.at += length;
    if (this.at > this.bytes.length) throw new Error("the wasm file ends in the middle");
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte() {
    return this.take(1)[0];
  }

  /** An unsigned LEB128 number. */
  number() {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** A signed LEB128 number. Exact for 32 bits; of 64 bits only the length is of interest here. */
  signed() {
    for (let value = 0, scale = 1; ; ) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return byte & 64 ? value - scale : value;
    }
  }

  /** Bytes with their length before them. */
  block() {
    return this.take(this.number());
  }

  string() {
    return this.block().toString();
  }

  list(item) {
    return Array.from({ length: this.number() }, item);
  }
}

/** An unsigned LEB128 number. */
export function number(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** `i32.const value`. */
export function i32Const(value) {
  const bytes = [I32_CONST];
  for (; value < -64 || value > 63; value >>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value & 127]);
}

const block = (bytes) => Buffer.concat([number(bytes.length), bytes]);
const string = (text) => block(Buffer.from(text));
const list = (items) => Buffer.concat([number(items.length), ...items]);

/**
 * `imports` and `exports` as `{name, kind, …}`; the `types` and `bodies` of the functions that the file defines, and the
 * function `names` it tells by index, imported functions first; the `globals` it defines, as bytes; the `elements` of the
 * function table and the `data` as `{start, …}`. All can be changed before `write()`.
 */
export class WasmFile {
  constructor(bytes) {
    const reader = new Reader(bytes);
    this.magic = reader.take(8);
    this.sections = [];
    this.imports = [];
    this.globals = [];
    this.custom = new Map();
    while (!reader.done) {
      const section = { id: reader.byte(), content: reader.block() };
      const content = new Reader(section.content);
      if (section.id === 0) this.custom.set(content.string(), content);
      else {
        this.sections.push(section);
        READ[section.id]?.(this, content);
      }
    }
    this.importedFunctions = this.imports.filter(({ kind }) => kind === FUNCTION).length;
    this.importedGlobals = this.imports.filter(({ kind }) => kind === GLOBAL).length;
    this.names = this.custom.has("name") ? namesOf(this.custom.get("name")) : new Map();
  }

  /** The bytes of the file, without what only tools read. */
  write() {
    const data = ({ start, bytes }) => Buffer.concat([number(0), i32Const(start), Buffer.from([END]), block(bytes)]);
    const elements = ({ start, functions }) =>
      Buffer.concat([number(0), i32Const(start), Buffer.from([END]), list(functions.map(number))]);
    const contents = new Map([
      [SECTIONS.import, list(this.imports.map((i) => Buffer.concat([string(i.module), string(i.name), i.what])))],
      [SECTIONS.function, list(this.types.map(number))],
      [SECTIONS.global, list(this.globals)],
      [SECTIONS.export, list(this.exports.map((e) => Buffer.concat([string(e.name), number(e.kind), number(e.index)])))],
      [SECTIONS.element, list(this.elements.map(elements))],
      [SECTIONS.code, list(this.bodies.map(block))],
      [SECTIONS.data, list(this.data.map(data))],
    ]);
    const sections = this.sections.map(({ id, content }) => [Buffer.from([id]), block(contents.get(id) ?? content)]);
    return Buffer.concat([this.magic, ...sections.flat()]);
  }

  /** Calls `change(body, name)` for every function; what it gives back is the new body. */
  mapBodies(change) {
    this.bodies = this.bodies.map((body, index) => change(body, this.names.get(index + this.importedFunctions) ?? ""));
  }
}

const READ = {
  [SECTIONS.import]: (file, reader) => (file.imports = reader.list(() => importOf(reader))),
  [SECTIONS.function]: (file, reader) => (file.types = reader.list(() => reader.number())),
  [SECTIONS.global]: (file, reader) => (file.globals = reader.list(() => globalOf(reader))),
  [SECTIONS.export]: (file, reader) =>
    (file.exports = reader.list(() => ({ name: reader.string(), kind: reader.byte(), index: reader.number() }))),
  [SECTIONS.element]: (file, reader) =>
    (file.elements = reader.list(() => ({ start: startOf(reader), functions: reader.list(() => reader.number()) }))),
  [SECTIONS.code]: (file, reader) => {
    file.bodies = reader.list(() => reader.block());
    file.code = reader.bytes;
  },
  [SECTIONS.data]: (file, reader) =>
    (file.data = reader.list(() => {
      const start = startOf(reader);
      const bytes = reader.block();
      return { start, bytes, at: reader.at - bytes.length };
    })),
};

/** Where a segment begins; there are only those that are put in place at once. */
function startOf(reader) {
  if (reader.number() !== 0 || reader.byte() !== I32_CONST) throw new Error("a segment of an unknown form");
  const start = reader.signed();
  if (reader.byte() !== END) throw new Error("a segment of an unknown form");
  return start;
}

function importOf(reader) {
  const [module, name] = [reader.string(), reader.string()];
  const from = reader.at;
  const limits = () => {
    if (reader.byte() & 1) reader.number();
    reader.number();
  };
  const kind = reader.byte();
  if (kind === FUNCTION) reader.number();
  else if (kind === 1) reader.byte(), limits();
  else if (kind === 2) limits();
  else if (kind === GLOBAL) reader.take(2);
  else throw new Error(`${name} is imported as something unknown (${kind})`);
  return { module, name, kind, what: reader.bytes.subarray(from, reader.at) };
}

function globalOf(reader) {
  const from = reader.at;
  reader.take(2);
  for (const instruction of instructions(reader)) if (instruction.opcode === END) break;
  return reader.bytes.subarray(from, reader.at);
}

function namesOf(reader) {
  const FUNCTIONS = 1;
  while (!reader.done) {
    const [kind, content] = [reader.byte(), new Reader(reader.block())];
    if (kind === FUNCTIONS) return new Map(content.list(() => [content.number(), content.string()]));
  }
  return new Map();
}

/** The instructions from where `reader` stands: `{opcode, from, to}`, and the `value` of those that take one number. */
export function* instructions(reader) {
  while (!reader.done) {
    const from = reader.at;
    const opcode = reader.byte();
    const value = immediates(opcode, reader);
    yield { opcode, from, to: reader.at, value };
  }
}

/** The instructions of a function's body. */
export function* instructionsOf(body) {
  const reader = new Reader(body);
  reader.list(() => [reader.number(), reader.byte()]);
  yield* instructions(reader);
}

/** The body with other bytes for the instructions for which `change` gives some. */
export function rewritten(body, change) {
  const parts = [];
  let kept = 0;
  for (const instruction of instructionsOf(body)) {
    const bytes = change(instruction);
    if (!bytes) continue;
    parts.push(body.subarray(kept, instruction.from), bytes);
    kept = instruction.to;
  }
  return kept === 0 ? body : Buffer.concat([...parts, body.subarray(kept)]);
}

function immediates(opcode, reader) {
  const numbers = (count) => {
    for (let i = 0; i < count; i++) reader.number();
  };
  if (opcode >= 0x02 && opcode <= 0x04) return reader.signed();
  if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10 || opcode === 0xd2) return reader.number();
  if (opcode === 0x0e) return reader.list(() => reader.number()), reader.number();
  if (opcode === 0x11) return numbers(2);
  if (opcode === 0x1c) return reader.list(() => reader.byte());
  if (opcode >= 0x20 && opcode <= 0x26) return reader.number();
  if (opcode >= 0x28 && opcode <= 0x3e) return numbers(2);
  if (opcode === 0x3f || opcode === 0x40) return reader.byte();
  if (opcode === 0x41 || opcode === 0x42 || opcode === 0xd0) return reader.signed();
  if (opcode === 0x43) return reader.take(4);
  if (opcode === 0x44) return reader.take(8);
  if (opcode === 0xfc) return numbers([0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][reader.number()]);
  if (opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f || opcode === 0x1a || opcode === 0x1b) return;
  if ((opcode >= 0x45 && opcode <= 0xc4) || opcode === 0xd1) return;
  throw new Error(`an instruction that no compiler of ours writes (0x${opcode.toString(16)})`);
}
