// Find and replace, in a bar of its own below the text. The text keeps its caret until the bar is closed: then what was
// found is selected.

import { change, isOpen } from "./edit.js";
import { later } from "./idle.js";
import { isComposing } from "./keys.js";
import { boxes, boxesBetween, forgetPlaces, scrollTo, uncover } from "./place.js";

const PAUSE_MS = 100;
/** Between two characters of one word. */
const WITHIN_WORD = "(?<=[\\p{L}\\p{N}\\p{M}_])(?=[\\p{L}\\p{N}\\p{M}_])";

export function find(text, bar, button, mark) {
  const { query, words, exact, whole } = bar.elements;
  const said = bar.querySelector("output");
  /** Every place, as `[start, end]`; the one that is shown; and where the search began. */
  let found = [];
  let nth = -1;
  let origin = 0;
  /** From which height to which the marks are drawn; and the selection that closing the bar has left. */
  let drawn;
  let left;

  function look() {
    found = [];
    if (query.value !== "" && text.isConnected) {
      const literal = query.value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
      const edge = whole.checked ? `(?!${WITHIN_WORD})` : "";
      const wanted = edge + literal + edge;
      for (const { index, 0: same } of text.value.matchAll(new RegExp(wanted, exact.checked ? "gu" : "giu"))) {
        found.push([index, index + same.length]);
      }
    }
  }

  /** Shows the first place from `at` on, or the last one before it. */
  function show(at, back = false) {
    nth = back ? found.findLastIndex(([, end]) => end <= at) : found.findIndex(([start]) => start >= at);
    if (nth < 0 && found.length > 0) nth = back ? found.length - 1 : 0;
    say();
    draw(true);
  }

  function say() {
    const { none, place } = said.dataset;
    const now = query.value === "" ? "" : found.length === 0 ? none : place.replace("{n}", nth + 1).replace("{all}", found.length);
    if (said.textContent !== now) said.textContent = now;
  }

  /** Marks what was found behind the text: a text area without the focus shows no selection. */
  function draw(scroll = false) {
    const at = found[nth];
    mark.replaceChildren();
    drawn = undefined;
    if (bar.hidden || !at) return;
    if (scroll) scrollTo(text, boxes(text, ...at)[0], 0.3);
    // What is seen, and as much again on both sides of it: scrolling on does not wait for more.
    const { scrollTop, clientHeight } = text;
    drawn = [scrollTop - clientHeight, scrollTop + 2 * clientHeight];
    for (const [n, { left, top, width, height }] of boxesBetween(text, found, ...drawn)) {
      const box = document.createElement("i");
      Object.assign(box.style, { insetInlineStart: "0", left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
      if (n === nth) box.dataset.shown = "";
      mark.append(box);
    }
    follow();
  }

  function follow() {
    if (bar.hidden) return;
    const { scrollTop, clientHeight } = text;
    mark.style.transform = `translateY(${-scrollTop}px)`;
    const some = clientHeight / 4;
    if (drawn && (scrollTop < drawn[0] + some || drawn[1] - some < scrollTop + clientHeight)) draw();
  }

  function step(back) {
    look();
    const at = found[nth] ? found[nth][back ? 0 : 1] : origin;
    show(at, back);
  }

  function open() {
    uncover(text);
    const { selectionStart: start, selectionEnd: end } = text;
    const chosen = text.value.slice(start, Math.min(end, start + 200));
    if (start < end && !chosen.includes("\n")) query.value = chosen;
    origin = start;
    bar.hidden = false;
    button.ariaExpanded = "true";
    query.focus();
    query.select();
    look();
    show(origin);
  }

  /** `back` gives the focus to the text, with what was found selected. */
  function close(back = false) {
    if (bar.hidden) return;
    bar.hidden = true;
    button.ariaExpanded = "false";
    const at = found[nth];
    draw();
    if (back) text.focus({ preventScroll: true });
    if (back && at && at[1] <= text.value.length) {
      text.setSelectionRange(...at);
      left = at;
      scrollTo(text, boxes(text, ...at)[0], 0.3);
    }
    forgetPlaces();
  }

  function replace() {
    look();
    const at = found[nth];
    if (!at || !isOpen(text)) return step(false);
    const end = at[0] + words.value.length;
    change(text, [[at[0], at[1] - at[0], words.value]], at[0], end);
    look();
    show(end);
  }

  function replaceAll() {
    look();
    if (found.length === 0 || !isOpen(text)) return;
    const number = found.length;
    const { scrollTop } = text;
    const caret = found[0][0];
    change(text, found.map(([start, end]) => [start, end - start, words.value]), caret, caret + words.value.length);
    text.scrollTop = scrollTop;
    look();
    show(caret);
    const { one, other } = said.dataset;
    said.textContent = (number === 1 ? one : other).replace("{n}", number);
  }

  const typed = later(() => {
    look();
    show(origin);
  }, PAUSE_MS);
  query.addEventListener("input", typed);
  exact.addEventListener("change", typed);
  whole.addEventListener("change", typed);
  bar.addEventListener("submit", (event) => {
    event.preventDefault();
    const act = event.submitter?.value;
    if (act === "replace") replace();
    else if (act === "all") replaceAll();
    else step(act === "previous");
  });
  bar.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      close(true);
    }
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (event.target === words) replace();
    else step(event.shiftKey);
  });
  bar.querySelector("[data-close]").addEventListener("click", () => close(true));
  button.addEventListener("click", () => (bar.hidden ? open() : close(true)));
  text.addEventListener("scroll", follow, { passive: true });
  new ResizeObserver(() => draw()).observe(text);
  // What is typed beside it moves the places.
  text.addEventListener(
    "input",
    later(() => {
      if (bar.hidden) return;
      look();
      nth = Math.min(nth, found.length - 1);
      draw();
    }, 300),
  );
  return {
    open,
    close,
    /** Whether nobody but this has selected `start` to `end`. */
    hasLeft: (start, end) => left?.[0] === start && left[1] === end,
    forget() {
      query.value = words.value = said.textContent = "";
      found = [];
      close();
      mark.replaceChildren();
      forgetPlaces();
    },
  };
}
