// Where a passage of a text area is seen. A text area does not tell: the same words are laid out once more, out of sight, in
// parts that are remembered by their words, so that only the first look at a long text takes a while.

/** About so much is laid out at once; parts end with a line, so that their heights add up. */
const PART = 32_768;
/** `font` alone is empty as soon as one of its parts says what the shorthand cannot, as `fontVariantLigatures` does. */
const LIKE_IT = ["fontFamily", "fontSize", "fontStyle", "fontWeight", "fontStretch", "fontKerning", "fontVariantLigatures", "lineHeight", "letterSpacing", "wordSpacing", "textIndent", "textTransform", "tabSize", "whiteSpace", "overflowWrap", "wordBreak", "lineBreak", "direction", "hyphens"];

let heights = new Map();
let shape = "";

/** Nothing of the text stays here. */
export const forgetPlaces = () => void (heights = new Map());

/** The boxes of `start` to `end`, in pixels from the upper left corner of everything that `text` could scroll to. */
export function boxes(text, start, end) {
  const style = getComputedStyle(text);
  const mirror = document.createElement("div");
  for (const name of LIKE_IT) mirror.style[name] = style[name];
  const [left, right, top] = [style.paddingLeft, style.paddingRight, style.paddingTop].map(parseFloat);
  Object.assign(mirror.style, { position: "fixed", insetBlockStart: "0", insetInlineStart: "0", visibility: "hidden", contain: "content", margin: "0" });
  mirror.style.inlineSize = `${text.clientWidth - left - right}px`;
  const like = [mirror.style.inlineSize, ...LIKE_IT.map((name) => style[name])].join();
  if (like !== shape) forgetPlaces();
  shape = like;
  document.body.append(mirror);
  try {
    let above = 0;
    for (let at = 0; ; ) {
      const stop = cut(text.value, at);
      if (start < stop || stop === text.value.length) return within(mirror, text.value.slice(at, stop), start - at, end - at, left, top + above);
      const part = text.value.slice(at, stop);
      above += heights.get(part) ?? measured(mirror, part);
      at = stop;
    }
  } finally {
    mirror.remove();
  }
}

function cut(value, at) {
  if (value.length - at <= PART) return value.length;
  const line = value.indexOf("\n", at + PART);
  return line < 0 ? value.length : line + 1;
}

function measured(mirror, part) {
  // The line feed at the end begins no line here: the next part does.
  mirror.textContent = part;
  const { height } = mirror.getBoundingClientRect();
  heights.set(part, height);
  return height;
}

function within(mirror, part, start, end, left, above) {
  // Something stands behind it, so that the last line has a height, too.
  mirror.textContent = `${part}\u200b`;
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
