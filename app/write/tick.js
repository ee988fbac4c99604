// A task's box in the preview ticks the task in the text, by an edit like any other.

import { change, isOpen } from "./edit.js";
import { lineEnd, lineStart } from "./lines.js";

/** What stands before a task's box in its line. */
const BEFORE = /^(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+$/;

export function tick(text) {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches?.(".preview input[data-task]")) return;
    const at = Number(box.dataset.task);
    const { value } = text;
    if (!isOpen(text) || !isTask(value, at) || !isSame(box, value, at)) {
      // The text is ahead of the preview; it will be shown as it is in a moment.
      box.checked = !box.checked;
      return;
    }
    const { selectionStart: start, selectionEnd: end, scrollTop } = text;
    change(text, [[at + 1, 1, box.checked ? "x" : " "]], start, end);
    text.scrollTop = scrollTop;
  });
  // Enter would send the form that the preview stands in.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(".preview input[data-task]")) event.preventDefault();
  });
}

const isTask = (value, at) => /^\[[ xX]\](?=\s|$)/.test(value.slice(at, at + 4)) && BEFORE.test(value.slice(lineStart(value, at), at));

/** Whether the words behind the box are those behind the place: lines that were written meanwhile have moved it. */
function isSame(box, value, at) {
  const letters = (words) => (words.match(/[\p{L}\p{N}]+/gu) ?? []).join("");
  const shown = letters(box.closest("label")?.textContent ?? "").slice(0, 24);
  const line = value.slice(at + 3, lineEnd(value, at)).replace(/\]\([^)]*\)/g, "").replace(/&#?\w+;/g, "");
  const written = letters(line);
  return written.startsWith(shown) || shown.startsWith(written);
}
