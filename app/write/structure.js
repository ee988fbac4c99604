// How a Markdown text is divided: headings, and blocks of code, in which nothing else counts.

const FENCE = /^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})(.*)$/gm;

/** Whether a line that begins at `at` stands in a block of code between fences. */
export function inFence(value, at) {
  let open = "";
  FENCE.lastIndex = 0;
  for (let found; (found = FENCE.exec(value)) && found.index < at; ) open = fence(open, found[1], found[2]);
  return open !== "";
}

/** The fence that is open after a line of fence: only one of its kind and length, with nothing behind it, closes one. */
function fence(open, mark, rest) {
  if (open === "") return mark;
  return mark[0] === open[0] && mark.length >= open.length && rest.trim() === "" ? "" : open;
}

const LINE = /^ {0,3}(?:(#{1,6})(?=[ \t]|$)(.*)|(`{3,}(?=[^`\n]*$)|~{3,})(.*)|(=+|-+)[ \t]*)$/gm;

/** The headings, as `{ at, level, words }`; `at` is where the line begins. */
export function headings(value) {
  const found = [];
  let open = "";
  LINE.lastIndex = 0;
  for (let line; (line = LINE.exec(value)); ) {
    const [, marks, words = "", mark, rest, under] = line;
    if (mark) open = fence(open, mark, rest);
    if (open !== "" || mark) continue;
    if (marks) found.push({ at: line.index, level: marks.length, words: plain(closed(words)) });
    if (under) found.push(...underlined(value, line.index, under[0] === "=" ? 1 : 2));
  }
  return found;
}

/** The line above a line of `=` or `-` is a heading, unless it is something else already. */
function underlined(value, at, level) {
  if (at === 0) return [];
  const start = at === 1 ? 0 : value.lastIndexOf("\n", at - 2) + 1;
  const line = value.slice(start, at - 1);
  if (line.trim() === "" || /^(?: {4}|\t| {0,3}(?:[#>|]|[-*+][ \t]|\d{1,9}[.)][ \t]|[-=]+[ \t]*$))/.test(line)) return [];
  return [{ at: start, level, words: plain(line) }];
}

/** The words between the marks of a heading's line. */
function closed(words) {
  const all = words.trim();
  let end = all.length;
  while (all[end - 1] === "#") end -= 1;
  return end === 0 || /\s/.test(all[end - 1]) ? all.slice(0, end) : all;
}

/** A heading without the marks in it; nobody reads more of it in a list. */
const plain = (words) =>
  words
    .trim()
    .slice(0, 200)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|\*|~~|`)(?=\S)(.+?)\1/g, "$2")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .trim();
