// Which passage of a Markdown text each block of its preview was made of. The server does not tell: the blocks come in the
// order of the lines, and begin with the same letters. What is not found is between its neighbours. Pure.

/** What stands before a line's own words, and what is not seen of them: where links lead, and characters by name. */
const BEFORE = /^(?:[ \t]*>)*[ \t]*(?:#{1,6}[ \t]+|(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:\[[ xX]\][ \t]+)?/;
const UNSEEN = /\]\([^)]*\)|&#?\w{1,32};/g;
const SIGNS = /[^\p{L}\p{N}]+/gu;

/** So many letters tell blocks apart, and in so many lines the next one is looked for. */
const LETTERS = 32;
const LINES = 200;
/** Shorter lines than this begin too many blocks. */
const TELLING = 3;
/** Blocks at once: a few milliseconds. */
const PIECE = 400;

const letters = (words) => words.slice(0, 400).replace(UNSEEN, "").replace(SIGNS, "").slice(0, LETTERS).toLowerCase();

/** Where each of `blocks`, the words of each, begins in `value`; -1 where nobody knows. A generator: it takes a while. */
export function* aligned(value, blocks) {
  const lines = [];
  for (let at = 0; at <= value.length; ) {
    const line = value.indexOf("\n", at);
    const end = line < 0 ? value.length : line;
    lines.push(at);
    at = end + 1;
  }
  const lineOf = (n) => letters(value.slice(lines[n], (lines[n + 1] ?? value.length + 1) - 1).replace(BEFORE, ""));
  const places = [];
  let next = 0;
  for (const [n, words] of blocks.entries()) {
    if (n % PIECE === PIECE - 1) yield;
    const wanted = letters(words.trimStart());
    let place = -1;
    for (let [at, tried] = [next, 0]; wanted !== "" && place < 0 && tried < LINES && at < lines.length; at += 1) {
      const line = lineOf(at);
      if (line !== "") tried += 1;
      if (line !== wanted && (line.length < TELLING || !(line.startsWith(wanted) || wanted.startsWith(line)))) continue;
      place = lines[at];
      // The lines of one block follow each other.
      next = at + words.trim().split("\n").length;
    }
    places.push(place);
  }
  return places;
}
