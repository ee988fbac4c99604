// Where a passage of a text area is seen. A text area does not tell: the same words are laid out once more, out of sight, in
// parts that are remembered by their words, so that only the first look at a long text takes a while.

/** About so much is laid out at once; parts end with a line, so that their heights add up. */
const PART = 32_768;
/** So many are not told apart by anybody. */
const MOST_BOXES = 1_000;
/** `font` alone is empty as soon as one of its parts says what the shorthand cannot, as `fontVariantLigatures` does. */
const LIKE_IT = ["fontFamily", "fontSize", "fontStyle", "fontWeight", "fontStretch", "fontKerning", "fontVariantLigatures", "lineHeight", "letterSpacing", "wordSpacing", "textIndent", "textTransform", "tabSize", "whiteSpace", "overflowWrap", "wordBreak", "lineBreak", "direction", "hyphens"];

let heights = new Map();
let shape = "";

/** Nothing of the text stays here. */
export const forgetPlaces = () => void (heights = new Map());

/** What `look` makes of the text laid out once more: it gets a part of it to put words into, and the two corners of it all. */
function laidOut(text, look) {
  const style = getComputedStyle(text);
  const mirror = document.createElement("div");
  for (const name of LIKE_IT) mirror.style[name] = style[name];
  // As it was declared: Chromium rounds a number times the letters' size to another 64th of a pixel than the product.
  mirror.style.lineHeight = text.computedStyleMap?.().get("line-height") ?? style.lineHeight;
  const [left, right, top] = [style.paddingLeft, style.paddingRight, style.paddingTop].map(parseFloat);
  Object.assign(mirror.style, { position: "fixed", insetBlockStart: "0", insetInlineStart: "0", visibility: "hidden", contain: "content", margin: "0" });
  mirror.style.inlineSize = `${text.clientWidth - left - right}px`;
  const like = [mirror.style.inlineSize, ...LIKE_IT.map((name) => style[name])].join();
  if (like !== shape) forgetPlaces();
  shape = like;
  document.body.append(mirror);
  try {
    return look(mirror, left, top);
  } finally {
    mirror.remove();
  }
}

/** The boxes of `start` to `end`, in pixels from the upper left corner of everything that `text` could scroll to. */
export function boxes(text, start, end) {
  const { value } = text;
  return laidOut(text, (mirror, left, top) => {
    for (let [at, above] = [0, top]; ; ) {
      const stop = cut(value, at);
      const part = value.slice(at, stop);
      if (start < stop || stop === value.length) {
        fill(mirror, part);
        return within(mirror, part, start - at, end - at, left, above);
      }
      above += measured(mirror, part);
      at = stop;
    }
  });
}

/** The boxes of those of `places` (`[start, end]`, in ascending order) that stand between two heights, as `[nth, box]`. */
export function boxesBetween(text, places, upper, lower) {
  const { value } = text;
  return laidOut(text, (mirror, left, top) => {
    const found = [];
    for (let [at, above] = [0, top]; at < value.length && above < lower; ) {
      const stop = cut(value, at);
      const part = value.slice(at, stop);
      const height = measured(mirror, part);
      if (upper < above + height) {
        const boxesOf = (n) => within(mirror, part, places[n][0] - at, places[n][1] - at, left, above);
        const behind = first(0, places.length, (n) => stop <= places[n][0]);
        let n = first(0, behind, (n) => at <= places[n][0]);
        if (n < behind) fill(mirror, part);
        n = first(n, behind, (n) => boxesOf(n).some((box) => upper < box.top + box.height));
        for (; n < behind && found.length < MOST_BOXES; n += 1) {
          const all = boxesOf(n);
          if (all.every((box) => lower <= box.top)) break;
          for (const box of all) found.push([n, box]);
        }
      }
      above += height;
      at = stop;
    }
    return found;
  });
}

/** The first number from `low` on for which `is` holds, where it holds for all behind it, too; `high` if for none. */
function first(low, high, is) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function cut(value, at) {
  if (value.length - at <= PART) return value.length;
  const line = value.indexOf("\n", at + PART);
  return line < 0 ? value.length : line + 1;
}

function measured(mirror, part) {
  const known = heights.get(part);
  if (known !== undefined) return known;
  // The line feed at the end begins no line here: the next part does.
  mirror.textContent = part;
  const { height } = mirror.getBoundingClientRect();
  heights.set(part, height);
  return height;
}

/** Something stands behind it, so that the last line has a height, too. */
const fill = (mirror, part) => void (mirror.textContent = `${part}\u200b`);

function within(mirror, part, start, end, left, above) {
  const range = document.createRange();
  range.setStart(mirror.firstChild, Math.min(start, part.length));
  // Of what is empty, the place is that of the next character.
  range.setEnd(mirror.firstChild, Math.min(Math.max(end, start + 1), part.length + 1));
  const corner = mirror.getBoundingClientRect();
  return [...range.getClientRects()].map((box) => ({
    left: left + box.left - corner.left,
    top: above + box.top - corner.top,
    width: box.width,
    height: box.height,
  }));
}

/** Where a preview stands in the place of the text, it is closed: somebody wants to see the text. */
export async function uncover(text) {
  if (getComputedStyle(text).visibility !== "hidden") return;
  await new Promise((done) => {
    new MutationObserver(done).observe(text.closest("main"), { attributeFilter: ["class"] });
    document.querySelector("a[data-preview]").click();
  });
}

/** Scrolls `text` so that `box` is seen: not at all where it is, else with `share` of the height above it. */
export function scrollTo(text, box, share, always = false) {
  if (!box) return;
  const { scrollTop, clientHeight } = text;
  const seen = box.top >= scrollTop && box.top + box.height <= scrollTop + clientHeight;
  if (always || !seen) text.scrollTop = box.top - clientHeight * share;
}
