// What is pasted: rich text becomes Markdown, an address over words becomes a link, and everything else is the browser's.

import { change, isOpen } from "./edit.js";
import { markdown } from "./markdown.js";
import { bracketed, isAddress } from "./marks.js";

/** More markup than this is pasted as plain text. */
const MOST = 1_000_000;
/** Elements that are never closed are within each other, and a parser takes the square of their number: 20,000 take seconds. */
const MOST_OPEN = 1_000;

/** About how many elements are not closed, of those that have to be. */
const stillOpen = (html) =>
  (html.match(/<(?!(?:area|br|col|dd|dt|hr|img|input|li|link|meta|p|source|td|th|tr|wbr)\b)[a-z]/gi)?.length ?? 0) -
  (html.match(/<\/(?!(?:dd|dt|li|p|td|th|tr)\b)[a-z]/gi)?.length ?? 0);

/** `isPlain` tells whether Shift is held down: then everything is plain text. */
export function paste(text, isPlain) {
  text.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data || !isOpen(text) || isPlain() || data.files.length > 0) return;
    const { selectionStart: start, selectionEnd: end, value } = text;
    const plain = data.getData("text/plain");
    const chosen = value.slice(start, end);
    const put = (words) => {
      event.preventDefault();
      change(text, [[start, end - start, words]], start + words.length);
    };
    if (isAddress(plain.trim()) && chosen.trim() !== "" && !chosen.includes("\n") && !isAddress(chosen)) {
      return put(`[${chosen}](${bracketed(plain.trim())})`);
    }
    const html = data.getData("text/html");
    if (html === "" || html.length > MOST || stillOpen(html) > MOST_OPEN) return;
    const words = markdown(html, plain);
    if (words !== undefined) put(words);
  });
}
