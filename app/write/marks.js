// Bold, italic and links: put around the words that are selected, or the word at the caret, and taken away by the same key.
// Pure: each answers `{ pieces, from, to }` for `change`, or nothing.

import { moved } from "./edit.js";
import { lineEnd, lineStart } from "./lines.js";

const WORD = /[\p{L}\p{N}\p{M}'’-]/u;
/** What stands before a line's own words. */
const HEAD = /^(?:[ \t]*>)*[ \t]*(?:#{1,6}[ \t]+|(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?/;

/** The marks of `sign` on both sides of `start` to `end`: outside of it, or inside. */
function around(value, start, end, sign) {
  let outside = 0;
  while (outside < 3 && value[start - 1 - outside] === sign && value[end + outside] === sign) outside += 1;
  let inside = 0;
  while (inside < 3 && end - start > 2 * inside + 2 && value[start + inside] === sign && value[end - 1 - inside] === sign) inside += 1;
  return { outside, inside };
}

/** Two marks are bold, one is italic, three are both. */
const has = (marks, width) => (width === 2 ? marks >= 2 : marks === 1 || marks === 3);

/** The pieces that take the marks away, where they are there. */
function without(value, start, end, width) {
  for (const sign of "*_") {
    const { outside, inside } = around(value, start, end, sign);
    if (has(outside, width)) return [[start - width, width, ""], [end, width, ""]];
    if (has(inside, width)) return [[start, width, ""], [end - width, width, ""]];
  }
  return undefined;
}

/** `width` 2 is bold, 1 is italic. */
export function emphasis(value, start, end, width) {
  const mark = "*".repeat(width);
  if (start === end) {
    const caret = start;
    // At the end of what is marked, the key that began it ends it: what is typed next is plain.
    const behind = behindMarks(value, caret, width);
    if (behind !== undefined) return { pieces: [], from: behind };
    [start, end] = word(value, caret);
    if (start === end) {
      const bare = around(value, start, end, "*").outside;
      if (has(bare, width)) return { pieces: [[start - width, 2 * width, ""]], from: start - width };
      return { pieces: [[start, 0, mark + mark]], from: start + width };
    }
    const off = without(value, start, end, width);
    const pieces = off ?? [[start, 0, mark], [end, 0, mark]];
    // At its end the caret stays in the word.
    const from = off ? moved(caret, [pieces[0]]) : caret + width;
    return { pieces, from };
  }
  const passages = words(value, start, end);
  if (passages.length === 0) return undefined;
  const off = passages.map(([from, to]) => without(value, from, to, width));
  if (off.every(Boolean)) {
    const pieces = off.flat();
    const [inner] = passages[0];
    const last = passages.at(-1)[1];
    return { pieces, from: moved(inner, [pieces[0]]), to: moved(Math.min(last, pieces.at(-1)[0]), pieces.slice(0, -1)) };
  }
  const on = passages.filter((_, n) => !off[n]);
  const pieces = on.flatMap(([from, to]) => [[from, 0, mark], [to, 0, mark]]);
  const [from, to] = [passages[0][0], passages.at(-1)[1]];
  // Of several lines the marks are selected, too: some are within.
  if (passages.length > 1) return { pieces, from, to: moved(to, pieces) };
  return { pieces, from: from + width, to: to + width };
}

/** Where marks of `width` end that stand right behind the caret, with something in them before it. */
function behindMarks(value, caret, width) {
  const marks = /^(\*+|_+)/.exec(value.slice(caret, caret + 4))?.[0] ?? "";
  const inside = value.slice(lineStart(value, caret), caret);
  if (!has(marks.length, width) || !/[^\s*_]$/.test(inside)) return undefined;
  const opening = inside.indexOf(marks[0].repeat(width));
  return opening >= 0 ? caret + width : undefined;
}

/** What of a selection takes marks: in each line its own words, without the space around them. */
function words(value, start, end) {
  const passages = [];
  for (let at = lineStart(value, start); at < end; at = lineEnd(value, at) + 1) {
    const stop = Math.min(end, lineEnd(value, at));
    const line = value.slice(at, stop);
    const single = start >= at && end <= lineEnd(value, at);
    let from = Math.max(start, single ? at : at + HEAD.exec(line)[0].length);
    let to = stop;
    while (from < to && /\s/.test(value[from])) from += 1;
    while (from < to && /\s/.test(value[to - 1])) to -= 1;
    if (from < to) passages.push([from, to]);
  }
  return passages;
}

/** The word that `at` is in, or at the end of. */
function word(value, at) {
  const [first, last] = [lineStart(value, at), lineEnd(value, at)];
  let [start, end] = [at, at];
  while (start > first && WORD.test(character(value, start, -1))) start -= character(value, start, -1).length;
  while (end < last && WORD.test(character(value, end, 1))) end += character(value, end, 1).length;
  return [start, end];
}

/** The character before or behind a position, of one unit or two. */
function character(value, at, way) {
  if (way > 0) return String.fromCodePoint(value.codePointAt(at));
  const pair = at > 1 && /[\uDC00-\uDFFF]/.test(value[at - 1]) && /[\uD800-\uDBFF]/.test(value[at - 2]);
  return value.slice(at - (pair ? 2 : 1), at);
}

const LINK = /\[([^[\]\n]*)\]\((?:<[^<>\n]*>|[^()\s]*)\)/g;
const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;

/** Whether it is an address and nothing else. */
export const isAddress = (words) => ADDRESS.test(words);

/** An address as it stands between a link's brackets. */
export const bracketed = (address) => (/[()<>\s]/.test(address) ? `<${address.replaceAll("<", "%3C").replaceAll(">", "%3E")}>` : address);

/** Makes a link, with the caret where the next thing is to be typed; or takes the one away that the caret is in. */
export function link(value, start, end) {
  const from = lineStart(value, start);
  for (const found of value.slice(from, lineEnd(value, end)).matchAll(LINK)) {
    const at = from + found.index;
    const stop = at + found[0].length;
    if (at <= start && end <= stop && (start < stop || start < end)) {
      const behind = stop - at - found[1].length - 1;
      return { pieces: [[at, 1, ""], [stop - behind, behind, ""]], from: at, to: at + found[1].length };
    }
  }
  if (start === end) [start, end] = word(value, start);
  const chosen = value.slice(start, end);
  if (chosen.includes("\n")) return undefined;
  if (isAddress(chosen)) return { pieces: [[start, end - start, `[](${bracketed(chosen)})`]], from: start + 1 };
  if (chosen === "") return { pieces: [[start, 0, "[]()"]], from: start + 1 };
  return { pieces: [[start, 0, "["], [end, 0, "]()"]], from: end + 3 };
}
