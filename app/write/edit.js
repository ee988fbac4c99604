// Every change of ours goes this way, as if it had been typed: the browser's own undo takes it back in one step, and the
// `input` event brings it to the journal. A text area's `value` is never assigned: that would end its undo.

/** More lines than these are put in as markup: 200 into a text of 200 KB take Chromium 1.4 s as a text, and 13 ms so. */
const FEW_LINES = 4;

/** In more places than these, one passage is put in the place of another: each place is an edit of its own in the journal. */
const MOST_PLACES = 1000;

/** What is read-only, or out of the page because somebody else sits before it, is left alone. */
export const isOpen = (text) => text.isConnected && !text.readOnly && !text.disabled;

/**
 * Changes `text` in many places at once. `pieces` are `[at, deleted, words]` in ascending order, at positions of the text
 * as it is; then `from` to `to`, positions of the new text, is selected. Answers whether it was done.
 */
export function change(text, pieces, from, to = from) {
  if (!isOpen(text) || pieces.length === 0) return false;
  const [start] = pieces[0];
  const [last, deleted] = pieces.at(-1);
  return typed(text, () => {
    // One step for undo, but one edit for each place: what another window writes between two of them stays between them.
    text.pieces = pieces.length <= MOST_PLACES ? pieces : undefined;
    const done = put(text, start, last + deleted, join(text.value, pieces));
    text.pieces = undefined;
    if (done) text.setSelectionRange(from, to);
    return done;
  });
}

/** Where a position is after `pieces`; one within what is replaced goes to the end of what replaces it. */
export function moved(at, pieces) {
  let by = 0;
  for (const [start, deleted, words] of pieces) {
    if (at < start) break;
    if (at < start + deleted) return start + by + words.length;
    by += words.length - deleted;
  }
  return at + by;
}

/** What stands from the first piece to the end of the last one, with the pieces in it. */
function join(value, pieces) {
  let at = pieces[0][0];
  let joined = "";
  for (const [start, deleted, words] of pieces) {
    joined += value.slice(at, start) + words;
    at = start + deleted;
  }
  return joined;
}

/** Commands act where the focus is. It is taken only for as long as one takes, and nothing scrolls. */
function typed(text, act) {
  const before = document.activeElement;
  if (before === text) return act();
  // Behind the preview of a narrow screen it is out of sight, and what is out of sight takes no focus.
  text.style.visibility = "visible";
  text.focus({ preventScroll: true });
  const done = document.activeElement === text && act();
  text.style.visibility = "";
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}

function put(text, start, end, words) {
  text.setSelectionRange(start, end);
  if (words === "") return start === end || document.execCommand("delete");
  if (words.split("\n", FEW_LINES + 1).length > FEW_LINES) {
    const length = text.value.length - (end - start) + words.length;
    // A text area keeps only the text of it, and what is escaped is nothing but text.
    if (document.execCommand("insertHTML", false, escaped(words))) {
      if (text.value.length === length && text.value.startsWith(words, start)) return true;
      document.execCommand("undo");
      text.setSelectionRange(start, end);
    }
  }
  return document.execCommand("insertText", false, words);
}

const escaped = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
