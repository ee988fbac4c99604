// What is pasted: rich text becomes Markdown, an address over words becomes a link, and everything else is the browser's. What
// makes Markdown of markup is loaded with the first rich text.

import { change, isOpen } from "./edit.js";
import { bracketed, isAddress } from "./marks.js";

/** More markup than this is pasted as plain text. */
const MOST = 1_000_000;
/** Elements that are never closed are within each other, and a parser takes the square of their number: 20,000 take seconds. */
const MOST_OPEN = 1_000;

/** What makes a text rich. Without any of it the markup is only a wrapper. */
const RICH = "a[href],b,strong,i,em,h1,h2,h3,h4,h5,h6,ul,ol,table,blockquote,code,pre,hr,del,s,strike,img[alt],[style*='font-weight'],[style*='font-style']";
const DROPPED = "script,style,template,noscript,head,title,meta,link,object,embed,iframe,svg,math,button,select,textarea,[hidden],[aria-hidden=true]";

/** About how many elements are not closed, of those that have to be. */
const stillOpen = (html) =>
  (html.match(/<(?!(?:area|br|col|dd|dt|hr|img|input|li|link|meta|p|source|td|th|tr|wbr)\b)[a-z]/gi)?.length ?? 0) -
  (html.match(/<\/(?!(?:dd|dt|li|p|td|th|tr)\b)[a-z]/gi)?.length ?? 0);

/** What makes Markdown of markup, once it has been loaded: then what is pasted is there before the next key. */
let markdown;

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
      const [before, after] = [value.slice(0, start), value.slice(end)];
      const { value: now, selectionStart: caret } = text;
      // What has been typed since stands behind it. Where that was elsewhere, it goes to where the writer is.
      const typed = now !== value;
      const from = typed && !(start <= caret && now.startsWith(before) && now.endsWith(after)) ? caret : start;
      const gone = typed ? 0 : end - start;
      change(text, [[from, gone, words]], (typed ? caret : start) + words.length);
    };
    if (isAddress(plain.trim()) && chosen.trim() !== "" && !chosen.includes("\n") && !isAddress(chosen)) {
      return put(`[${chosen}](${bracketed(plain.trim())})`);
    }
    const html = data.getData("text/html");
    if (html === "" || html.length > MOST || stillOpen(html) > MOST_OPEN) return;
    // Parsed into a document that is in no window: nothing of it runs, is fetched or is shown.
    const { body } = new DOMParser().parseFromString(html, "text/html");
    for (const one of body.querySelectorAll(DROPPED)) one.remove();
    if (!body.querySelector(RICH) || isCode(body)) return;
    event.preventDefault();
    const words = plain.replace(/\r\n?/g, "\n");
    if (markdown) return put(markdown(body, words));
    const loaded = import("__MARKDOWN__").then((made) => (markdown = made.markdown)(body, words));
    loaded.catch(() => words).then(put);
  });
}

/** From an editor of code: its colours are in the markup, and every space counts. */
function isCode(body) {
  const outer = body.querySelector(":scope > div, :scope > pre");
  return body.children.length === 1 && /white-space:\s*pre/.test(outer?.getAttribute("style") ?? "");
}
