// How many words and characters there are, in the selection where there is one. Nobody waits for it, so it waits for
// everybody: it counts when nothing is typed, a few milliseconds at a time.

import { later } from "./idle.js";

const PAUSE_MS = 300;
/** As much at once: 3 ms on a slow machine. */
const PIECE = 16_384;

const locale = document.documentElement.lang || undefined;
const byWord = new Intl.Segmenter(locale, { granularity: "word" });
const byCharacter = new Intl.Segmenter(locale, { granularity: "grapheme" });
const number = new Intl.NumberFormat(locale);
const plural = new Intl.PluralRules(locale);

/** Where one unit may be less than what people call a character. */
const COMBINED = /[\p{M}\u1100-\u11ff\u200d\ud800-\udfff]/u;

/** What stands before a line's words and is none: the bullet or number of an item, and the box of a task. */
const SIGNS = /^(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$))+(?:\[[ xX]\](?=\s|$))?/gm;

/** Counts into `count`, whose elements say it; their `data-one` and `data-other` are the words for it. Of a selection only what
 * is seen and was meant counts: not while the focus is elsewhere, and not what `finder` has found. */
export function counts(text, count, finder) {
  const [words, characters] = count.querySelectorAll("[data-other]");

  const say = (element, n) => {
    const said = (plural.select(n) === "one" ? element.dataset.one : element.dataset.other).replace("{n}", number.format(n));
    if (element.textContent !== said) element.textContent = said;
  };

  const look = later(function* () {
    if (!text.isConnected) return;
    const { selectionStart: start, selectionEnd: end, value } = text;
    const chosen = start < end && document.activeElement === text && !finder.hasLeft(start, end);
    let [w, c] = [0, 0];
    for (const piece of pieces(chosen ? value.slice(start, end) : value)) {
      for (const { isWordLike } of byWord.segment(piece.replace(SIGNS, ""))) if (isWordLike) w += 1;
      c += COMBINED.test(piece) ? [...byCharacter.segment(piece)].length : piece.length;
      yield;
    }
    if (!text.isConnected) return;
    say(words, w);
    say(characters, c);
    count.toggleAttribute("data-selected", chosen);
  }, PAUSE_MS);

  for (const name of ["input", "focus", "blur"]) text.addEventListener(name, look);
  // Of the text area where browsers tell it so, of the document where they do not.
  document.addEventListener("selectionchange", look);
  text.addEventListener("selectionchange", look);
  look();
  return {
    look,
    forget() {
      words.textContent = characters.textContent = "";
      count.removeAttribute("data-selected");
    },
  };
}

/** A text in pieces that end with a line, or with a word where a line is longer than a piece. */
function* pieces(value) {
  for (let at = 0; at < value.length; ) {
    let end = at + PIECE;
    if (end < value.length) {
      const window = value.slice(at, end);
      const cut = Math.max(window.lastIndexOf("\n"), -1) + 1 || window.lastIndexOf(" ") + 1;
      end = at + (cut || PIECE - (/[\ud800-\udbff]$/.test(window) ? 1 : 0));
    }
    yield value.slice(at, end);
    at = end;
  }
}
