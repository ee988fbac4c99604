// What belongs to lines: lists that go on, tables that get another row, headings, and how far a line is indented. Pure:
// each answers `{ pieces, from, to }` for `change`, or nothing.

import { moved } from "./edit.js";
import { inFence } from "./structure.js";

/** Indent and quotation marks; a bullet or a number; the space behind it; a box to tick. */
const ITEM = /^((?:[ \t]*>)*[ \t]*)(?:([-*+])|(\d{1,9})([.)]))([ \t]+)(\[[ xX]\](?:[ \t]+|$))?/;
const QUOTE = /^(?:[ \t]*>)+[ \t]?/;
/** A line across the page, which begins like a list. */
const RULE = /^[ \t>]*([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const ROW = /^([ \t]*)\|(.*)\|[ \t]*$/;
const DELIMITER = /^[ \t]*\|[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|[ \t]*$/;
const HEADING = /^ {0,3}#{1,6}(?:[ \t]+|$)/;

export const lineStart = (value, at) => (at === 0 ? 0 : value.lastIndexOf("\n", at - 1) + 1);

export function lineEnd(value, at) {
  const end = value.indexOf("\n", at);
  return end < 0 ? value.length : end;
}

/** Marks that end a line, and the caret before them: bold and italic words end with their line. */
const CLOSING = /^([*_])\1{0,2}[ \t]*$/;

/** What Enter does, where it does more than begin a line. */
export function enter(value, start, end) {
  const from = lineStart(value, start);
  const stop = lineEnd(value, start);
  const closing = start === end ? CLOSING.exec(value.slice(start, stop))?.[1] : undefined;
  if (closing && value.slice(from, start).includes(closing) && /[^\s*_]$/.test(value.slice(from, start)) && !inFence(value, from)) {
    return enter(value, stop, stop) ?? { pieces: [[stop, 0, "\n"]], from: stop + 1 };
  }
  const line = value.slice(from, lineEnd(value, start));
  const item = RULE.test(line) ? null : ITEM.exec(line);
  const head = (item ?? QUOTE.exec(line))?.[0];
  if (head === undefined) return start === end ? row(value, from, line, start) : undefined;
  if (start < from + head.length || inFence(value, from)) return undefined;
  if (start === end && line.slice(head.length).trim() === "") {
    // An empty item ends the list, and the quotation around it goes on. What is typed on the very next line would
    // still be theirs (CommonMark, "lazy continuation line"): a line stays empty between.
    const quote = item?.[1].includes(">") ? item[1].trimEnd() + " " : "";
    const words = quote.trimEnd() + "\n" + quote;
    return { pieces: [[from, line.length, words]], from: from + words.length };
  }
  let next = head;
  if (item) {
    const [, indent, bullet, number, sign, space, box] = item;
    next = indent + (bullet ?? Number(number) + 1 + sign) + space + (box ? "[ ] " : "");
  }
  const words = "\n" + next;
  return { pieces: [[start, end - start, words]], from: start + words.length };
}

/** In a table: on to the next cell that is empty, else another row; an empty row ends the table. No row is ever torn. The
 * second line of a table is the one that makes it a table. */
function row(value, from, line, at) {
  const cells = ROW.exec(line);
  if (!cells || at <= from + cells[1].length || inFence(value, from)) return undefined;
  const [, indent, inner] = cells;
  const stop = from + line.length;
  const count = (words) => words.replace(/\\\|/g, "").split("|").length;
  const empty = (n, after = stop, rule = "") => {
    const words = `${rule}\n${indent}|${"  |".repeat(n)}`;
    return { pieces: [[after, 0, words]], from: after + rule.length + 1 + indent.length + 2 };
  };
  const above = rowsAbove(value, from);
  if (!DELIMITER.test(line) && !above.some((other) => DELIMITER.test(other))) {
    // The first line of a table, if it is one: typed to its end, and alone.
    const below = value.slice(stop + 1, lineEnd(value, Math.min(stop + 1, value.length)));
    if (value.slice(at, stop).trim() !== "" || above.length > 0 || ROW.test(below)) return undefined;
    return empty(count(inner), stop, `\n${indent}|${" --- |".repeat(count(inner))}`);
  }
  // A line stays empty between: what is typed right below a table is still its row.
  if (inner.replaceAll("|", "").trim() === "") return { pieces: [[from, line.length, "\n"]], from: from + 1 };
  // Who types the second line by hand finds that it is there already; theirs counts, because it may align.
  if (DELIMITER.test(line) && DELIMITER.test(above[0] ?? "")) {
    const words = `${line}\n${indent}|${"  |".repeat(count(inner))}`;
    const first = from - above[0].length - 1;
    return { pieces: [[first, stop - first, words]], from: first + line.length + 1 + indent.length + 2 };
  }
  const rest = DELIMITER.test(line) ? null : /^((?:\\.|[^|\\])*\|)[ \t]*(?=\|)/.exec(value.slice(at, stop));
  return rest ? { pieces: [], from: at + Math.min(rest[1].length + 1, rest[0].length) } : empty(count(inner));
}

/** What `|` does in a table's row that Enter has made: at its beginning it takes the place of the row, for who types one by
 * hand; behind a cell's words it goes on to the next cell. */
export function pipe(value, start, end) {
  const from = lineStart(value, start);
  const [line] = value.slice(from).split("\n", 1);
  const cells = ROW.exec(line);
  if (start !== end || !cells || !rowsAbove(value, from).some((row) => DELIMITER.test(row)) || inFence(value, from)) return undefined;
  const [before, rest] = [value.slice(from, start), value.slice(start, from + line.length)];
  if (!before.includes("|") || !/^[ \t]*\|[ \t|]*$/.test(rest)) return undefined;
  const begun = before.trimEnd();
  if (begun.trim() === "|") return { pieces: [[from, line.length, begun]], from: from + begun.length };
  // Who types the sign types the spaces around it, too.
  const words = /\s$/.test(before) ? "|" : " |";
  return { pieces: [[start, /^[ \t]*\|[ \t]*/.exec(rest)[0].length, words]], from: start + words.length };
}

/** The rows right above a line, the nearest first; no table is so long that its second line is not among them. */
function rowsAbove(value, from) {
  const rows = [];
  while (from > 0 && rows.length < 1000) {
    const start = lineStart(value, from - 1);
    const line = value.slice(start, from - 1);
    if (!ROW.test(line)) break;
    rows.push(line);
    from = start;
  }
  return rows;
}

/** The lines that a selection touches, as `[at, line]`. */
function lines(value, start, end) {
  const found = [];
  // A selection that ends at the beginning of a line does not touch it.
  const last = end > start && value[end - 1] === "\n" ? end - 1 : end;
  for (let at = lineStart(value, start); at <= last; ) {
    const stop = lineEnd(value, at);
    found.push([at, value.slice(at, stop)]);
    at = stop + 1;
  }
  return found;
}

const answer = (pieces, start, end) =>
  pieces.length > 0 ? { pieces, from: moved(start, pieces), to: moved(end, pieces) } : undefined;

/** Makes headings of the lines, or none of them again. Level 0 is no heading. */
export function heading(value, start, end, level) {
  const all = lines(value, start, end);
  const touched = all.length > 1 ? all.filter(([, line]) => line.trim() !== "") : all;
  const marks = touched.map(([, line]) => HEADING.exec(line)?.[0] ?? "");
  const wanted = level > 0 && marks.every((mark) => mark.trim().length === level) ? 0 : level;
  const put = wanted === 0 ? "" : "#".repeat(wanted) + " ";
  const pieces = touched.map(([at], n) => [at, marks[n].length, put]).filter(([, deleted, words]) => deleted + words.length > 0);
  return answer(pieces, start, end);
}

/** The next smaller heading, down to the third; then none again. */
export function nextHeading(value, start, end) {
  const level = HEADING.exec(lines(value, start, end)[0][1])?.[0].trim().length ?? 0;
  return heading(value, start, end, level < 3 ? level + 1 : 0);
}

/** Makes items of the lines, with a box to tick where `box` is true; or takes that away where all of them are such items. */
export function list(value, start, end, box) {
  const all = lines(value, start, end);
  const touched = all.length > 1 ? all.filter(([, line]) => line.trim() !== "") : all;
  const items = touched.map(([, line]) => (RULE.test(line) ? null : ITEM.exec(line)));
  const isSuch = (item) => item && (box ? item[6] : item[2] && !item[6]);
  const put = items.every(isSuch) ? "" : box ? "- [ ] " : "- ";
  const pieces = touched.map(([at, line], n) => {
    const before = (items[n]?.[1] ?? /^(?:[ \t]*>)*[ \t]*/.exec(line)[0]).length;
    return [at + before, (items[n]?.[0].length ?? before) - before, put];
  });
  return answer(pieces, start, end);
}

/** Moves the items of a list one level in, or out (`-1`), with what stands below them in the selection. */
export function indent(value, start, end, way) {
  const all = lines(value, start, end);
  const item = ITEM.exec(all[0]?.[1] ?? "");
  if (!item || RULE.test(all[0][1])) return undefined;
  const width = (item[2] ?? item[3] + item[4]).length + 1;
  const quote = item[1].includes(">") ? /^(?:[ \t]*>)*[ \t]?/ : /^/;
  const pieces = all.flatMap(([at, line]) => {
    const before = quote.exec(line)?.[0].length ?? 0;
    const rest = line.slice(before);
    if (rest.trim() === "") return [];
    if (way > 0) return [[at + before, 0, " ".repeat(width)]];
    const out = rest[0] === "\t" ? 1 : Math.min(width, rest.length - rest.trimStart().length);
    return out > 0 ? [[at + before, out, ""]] : [];
  });
  return answer(pieces, start, end);
}
