// Keeps the preview abreast of the text: the block that is being written stands beside its line, and who scrolls the text
// scrolls both. All of it waits for a pause: nothing is done at a key press.

import { aligned } from "./align.js";
import { later } from "./idle.js";
import { boxes } from "./place.js";

const PAUSE_MS = 60;
/** A scroll this soon after the caret has moved was made by the browser, to show it. */
const SOON_MS = 300;
/** About two lines: nearer is near enough, and does not move at every word. */
const NEAR = 56;

const BLOCKS = "p, h2, h3, h4, h5, h6, li, tr, pre";

export function abreast(text, pane, prose) {
  /** Where in the text the blocks begin that were found in it, as `[at, element]`. */
  let anchors = [];
  let source = "";
  let moved = -SOON_MS;
  let ticked = -SOON_MS;
  /** Whether the caret leads, or who scrolls. */
  let writing = true;

  /** What is written at the caret, at the height of the caret; not where that is out of sight. */
  const follow = later(() => {
    if (!pane.isConnected || !text.isConnected || !writing) return;
    const { selectionEnd: caret, scrollTop, clientHeight } = text;
    const [box] = boxes(text, caret, caret);
    if (!box || box.top + box.height < scrollTop || scrollTop + clientHeight < box.top) return inStep();
    const wanted = text.getBoundingClientRect().top + box.top - scrollTop;
    const now = shownAt(caret);
    if (now !== undefined && Math.abs(now - wanted) > NEAR) pane.scrollTop += now - wanted;
  }, PAUSE_MS);

  /** At which height of the window it is shown what stands at `at`. */
  function shownAt(at) {
    const nth = anchors.findLastIndex(([from]) => from <= at);
    if (nth < 0) return undefined;
    const [from, block] = anchors[nth];
    const next = anchors[nth + 1]?.[0] ?? source.length;
    const { top, height } = block.getBoundingClientRect();
    return top + height * Math.min(1, (at - from) / Math.max(1, next - from));
  }

  /** Keeps the same share of both above the upper edge. */
  function inStep() {
    const most = text.scrollHeight - text.clientHeight;
    pane.scrollTop = most > 0 ? (text.scrollTop / most) * (pane.scrollHeight - pane.clientHeight) : 0;
  }

  const align = later(function* () {
    const blocks = [...prose.querySelectorAll(BLOCKS)];
    const places = yield* aligned(source, blocks.map(ownWords));
    anchors = places.map((at, n) => [at, blocks[n]]).filter(([at]) => at >= 0);
    follow();
  }, 0);

  /** A task was ticked in the preview: the reader is there, and what that does to the text moves nothing. */
  const isTicking = () => performance.now() - ticked < SOON_MS;
  pane.addEventListener("change", () => {
    ticked = performance.now();
    writing = false;
  });

  function write() {
    if (!pane.isConnected || isTicking()) return;
    moved = performance.now();
    writing = true;
    follow();
  }
  // Not what comes from elsewhere.
  text.addEventListener("input", ({ isTrusted }) => isTrusted && write());
  // Of the text area where browsers tell it so, of the document where they do not.
  text.addEventListener("selectionchange", write);
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === text) write();
  });
  text.addEventListener(
    "scroll",
    () => {
      if (!pane.isConnected || isTicking()) return;
      if (performance.now() - moved < SOON_MS) return follow();
      writing = false;
      inStep();
    },
    { passive: true },
  );

  return {
    /** The pane shows what has been made of `value`. */
    shows(value) {
      source = value;
      align();
    },
    /** The pane is open: it begins where the writer is, and scrolling to that is not the writer's. */
    opened: write,
    /** Nothing of the text stays here. */
    forget() {
      source = "";
      anchors = [];
    },
  };
}

/** An item's words without those of the list within it, a loose item's and a quotation's paragraphs being blocks themselves. */
function ownWords(block) {
  if (block.tagName !== "LI") return block.textContent;
  let words = "";
  for (const child of block.childNodes) {
    if (/^(?:P|UL|OL|BLOCKQUOTE|PRE|TABLE)$/.test(child.nodeName)) break;
    words += child.textContent;
  }
  return words;
}

/** Where the writer is in the text: at the caret where it is seen, else at the first line that is. */
export function placeIn(text) {
  const { selectionEnd: caret, scrollTop, clientHeight, clientWidth } = text;
  const [box] = boxes(text, caret, caret);
  if (box && scrollTop <= box.top && box.top + box.height <= scrollTop + clientHeight) return { at: caret, down: box.top - scrollTop, clientWidth };
  const { left, top } = text.getBoundingClientRect();
  const padding = parseFloat(getComputedStyle(text).paddingInlineStart);
  const point = document.caretPositionFromPoint?.(left + padding + 1, top + 1);
  const at = point?.offsetNode === text ? point.offset : undefined;
  const [line] = at === undefined ? [] : boxes(text, at, at);
  return line && { at, down: line.top - scrollTop, clientWidth };
}

/** Scrolls the text so that `place` is where it was, where the text has become wider or narrower. */
export function backTo(text, place) {
  if (!place || place.clientWidth === text.clientWidth) return;
  const [box] = boxes(text, place.at, place.at);
  if (box) text.scrollTop = box.top - place.down;
}
