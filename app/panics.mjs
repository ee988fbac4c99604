// What a panic says, and where it is put together.

import { instructionsOf, rewritten } from "./wasm-file.mjs";

/** Functions that never return and only say why, by their mangled names. */
const PANICS = [
  /4core9panicking/,
  /4core6(option|result)\d+(expect|unwrap)_failed/,
  /4core4cell\d+panic_already_(mutably_)?borrowed/,
  /4core5slice(5index16slice_index_fail|20copy_from_slice_impl17len_mismatch_fail)/,
  /4core3str\d+slice_error_fail/,
  /5alloc(7raw_vec(12handle_error|17capacity_overflow)|5alloc18handle_alloc_error|3vec.*13assert_failed)/,
  /3std(9panicking\d+panic_(handler|with_hook)|6thread5local18panic_access_error|5alloc8rust_oom)/,
  /__rustc\d+rust_(begin_unwind|panic)$/,
];

/** How many there are at least. Fewer means that the standard library has other names for them now. */
const AT_LEAST = 20;

/** The body of a function without locals that traps. */
export const TRAP = Buffer.from([0x00, 0x00, 0x0b]);

const [FIRST_CONTROL, LAST_CONTROL, CALL] = [0x02, 0x11, 0x10];
const [FIRST_STORE, LAST_STORE] = [0x36, 0x3e];
const DROP_BOTH = Buffer.from([0x1a, 0x1a]);

/** The indices of the functions that only say why they panic. */
export function panicsOf(file) {
  const panics = [...file.names].filter(([, name]) => PANICS.some((panic) => panic.test(name)));
  if (panics.length < AT_LEAST) {
    throw new Error(`only ${panics.length} of the standard library's panics were found: see PANICS`);
  }
  return new Set(panics.map(([index]) => index));
}

/**
 * Leaves the traps and takes the words. What is written into memory on the straight way into a panic is what it says, or
 * state that nobody looks at: the wasm has stopped for good.
 */
export function silence(file) {
  const panics = panicsOf(file);
  file.bodies = file.bodies.map((body, defined) => {
    if (panics.has(file.importedFunctions + defined)) return TRAP;
    const runs = doomed(panics, body);
    if (runs.length === 0) return body;
    return rewritten(body, ({ opcode, from }) => {
      const isStore = FIRST_STORE <= opcode && opcode <= LAST_STORE;
      return isStore && runs.some((run) => run.from <= from && from < run.to) ? DROP_BOTH : undefined;
    });
  });
}

/** The runs of a body's instructions, `{from, to}`, each of which ends in the call of a panic, come what may. */
export function doomed(panics, body) {
  const runs = [];
  let from = 0;
  for (const { opcode, value, from: at, to } of instructionsOf(body)) {
    if (opcode < FIRST_CONTROL || LAST_CONTROL < opcode) continue;
    if (opcode === CALL && panics.has(value)) runs.push({ from, to: at });
    from = to;
  }
  return runs;
}
