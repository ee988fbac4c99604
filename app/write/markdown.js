// Markup from elsewhere as Markdown: what comes in is in no window (`paste.js`), what comes out is text.

const BLOCKS = new Set("ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CENTER DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE UL".split(" "));
/** Deeper than people nest, there is only text. */
const DEEPEST = 40;

/** What stands in `body` as Markdown; `plain` where it says no more than that. */
export function markdown(body, plain) {
  const words = blocks(body, 0).join("\n\n").replace(/[ \t]+$/gm, (space) => (space.length === 2 ? space : "")).trim();
  const bare = (text) => text.replace(/\s+/g, "");
  return words === "" || bare(words) === bare(plain) ? plain : words;
}

/** The blocks within an element; loose words between them are paragraphs. */
function blocks(element, depth) {
  const found = [];
  let line = [];
  const flush = () => {
    const words = paragraph(line.map((node) => inline(node, depth)).join(""));
    if (words) found.push(words);
    line = [];
  };
  for (const node of element.childNodes) {
    if (isBlock(node, depth)) {
      flush();
      found.push(...block(node, depth + 1));
    } else {
      line.push(node);
    }
  }
  flush();
  return found;
}

const isBlock = (node, depth) =>
  node.nodeType === Node.ELEMENT_NODE &&
  depth < DEEPEST &&
  // A word processor puts a whole text into one <b> or <span>.
  (BLOCKS.has(node.nodeName) || [...node.children].some((child) => BLOCKS.has(child.nodeName)));

function block(element, depth) {
  const name = element.nodeName;
  switch (name) {
    case "H1":
    case "H2":
    case "H3":
    case "H4":
    case "H5":
    case "H6": {
      const words = inline(element, depth, { bold: true }).replace(/\s+/g, " ").trim();
      return words ? [`${"#".repeat(Number(name[1]))} ${words}`] : [];
    }
    case "HR":
      return ["---"];
    case "PRE":
      return [fenced(element.textContent.replace(/\n$/, ""))];
    case "BLOCKQUOTE":
      return quoted(blocks(element, depth));
    case "UL":
    case "OL":
      return [list(element, depth)].filter(Boolean);
    case "TABLE":
      return table(element, depth);
    default:
      return blocks(element, depth);
  }
}

const quoted = (inner) => (inner.length > 0 ? [inner.join("\n\n").replace(/^/gm, "> ").replace(/^> $/gm, ">")] : []);

function fenced(code) {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

function list(element, depth) {
  const ordered = element.nodeName === "OL";
  let number = Number.parseInt(element.getAttribute("start") ?? "1", 10) || 1;
  const items = [];
  for (const item of element.children) {
    // Some put a list within a list beside the items.
    const inner = /^[OU]L$/.test(item.nodeName) ? [list(item, depth + 1)] : blocks(item, depth + 1);
    const mark = ordered ? `${number}. ` : "- ";
    const box = item.querySelector(":scope > input[type=checkbox], :scope > label > input[type=checkbox], :scope > p > input[type=checkbox]");
    const words = (box ? `[${box.hasAttribute("checked") ? "x" : " "}] ` : "") + inner.join("\n\n").replace(/\n\n(?=[ \t]*(?:[-*+]|\d+\.) )/g, "\n");
    if (words.trim() === "") continue;
    const space = " ".repeat(mark.length);
    if (/^[OU]L$/.test(item.nodeName)) {
      items.push(words.replace(/^(?=.)/gm, space));
      continue;
    }
    items.push(mark + words.replace(/\n(?=.)/g, `\n${space}`));
    number += 1;
  }
  return items.join("\n");
}

function table(element, depth) {
  const rows = [...element.querySelectorAll("tr")].filter((row) => row.closest("table") === element);
  const cells = rows.map((row) => [...row.children].map((cell) => inline(cell, depth).replace(/\s+/g, " ").replaceAll("|", "\\|").trim()));
  const width = Math.max(0, ...cells.map((row) => row.length));
  // One column only holds a page together.
  if (width < 2) return unwrapped(rows, depth);
  const line = (row) => `| ${Array.from({ length: width }, (_, n) => row[n] ?? "").join(" | ")} |`;
  const [head, ...rest] = cells;
  return [[line(head), `|${" --- |".repeat(width)}`, ...rest.map(line)].join("\n")];
}

const unwrapped = (rows, depth) => rows.flatMap((row) => [...row.children].flatMap((cell) => blocks(cell, depth + 1)));

/** Words within a line. `on` is what they are already. */
function inline(node, depth, on = {}) {
  if (node.nodeType === Node.TEXT_NODE) return escaped(node.data.replace(/[ \t\n\r\f]+/g, " ").replaceAll("\u00a0", " "));
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (depth >= DEEPEST) return escaped(node.textContent.replace(/\s+/g, " "));
  const style = node.getAttribute("style") ?? "";
  const weight = /font-weight:\s*(\w+)/.exec(style)?.[1];
  const now = { ...on };
  const inner = () => [...node.childNodes].map((child) => inline(child, depth + 1, now)).join("");
  switch (node.nodeName) {
    case "BR":
      return "\n";
    case "IMG":
      return picture(node);
    case "INPUT":
      return "";
    case "CODE":
    case "KBD":
    case "SAMP":
    case "TT":
      return code(node.textContent);
    case "A":
      return anchor(node, inner());
  }
  const bold = weight === undefined ? /^(B|STRONG|TH)$/.test(node.nodeName) && node.nodeName !== "TH" : /^(bold|[6-9]00)$/.test(weight);
  const italic = /font-style:\s*(\w+)/.exec(style)?.[1] ?? (/^(I|EM)$/.test(node.nodeName) ? "italic" : "");
  const marks = [];
  if (bold && !on.bold) marks.push("**");
  if (italic === "italic" && !on.italic) marks.push("*");
  if (/^(DEL|S|STRIKE)$/.test(node.nodeName)) marks.push("~~");
  if (bold) now.bold = true;
  if (italic === "italic") now.italic = true;
  return marks.reduceRight((words, mark) => wrapped(words, mark), inner());
}

/** Marks stand beside the words: with a space between them they are none. */
function wrapped(words, mark) {
  const inner = words.trim();
  if (inner === "" || inner.includes("\n\n")) return words;
  const start = words.length - words.trimStart().length;
  return words.slice(0, start) + mark + inner + mark + words.slice(start + inner.length);
}

function code(words) {
  const bare = words.replace(/\s+/g, " ");
  if (bare.trim() === "") return bare;
  const longest = Math.max(0, ...[...bare.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return ticks + space + bare + space + ticks;
}

/** An address that may be followed: of the web, or of a person. */
function address(given) {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  return url && /^(?:https?|mailto):$/.test(url.protocol) ? url.href.replaceAll("(", "%28").replaceAll(")", "%29") : undefined;
}

function anchor(node, words) {
  const to = address(node.getAttribute("href") ?? "");
  const said = words.replace(/\s+/g, " ");
  const bare = said.trim();
  if (!to || bare === "") return said;
  if (bare === to || bare === node.getAttribute("href")) return said.replace(bare, `<${to}>`);
  return said.replace(bare, () => `[${bare}](${to})`);
}

/** No picture is fetched: what it shows, in words, and where it is. */
function picture(node) {
  const alt = escaped((node.getAttribute("alt") ?? "").replace(/\s+/g, " ").trim());
  const from = address(node.getAttribute("src") ?? "");
  return alt && from ? `[${alt}](${from})` : alt;
}

/** What would be a mark, and was none. */
const escaped = (words) =>
  words.replace(/[\\`*[\]]/g, "\\$&").replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_").replace(/<(?=[\w/!?])/g, "\\<");

/** A paragraph: each line as it is shown, and no line that would be read as something else. */
const paragraph = (words) =>
  words
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim().replace(/^(#{1,6}(?= |$)|>|[-+](?= |$)|=+$)/, "\\$1").replace(/^(\d+)([.)])(?= |$)/, "$1\\$2"))
    .join("  \n")
    .replace(/(?:[ ]{2}\n)+$/, "")
    .replace(/^(?:[ ]{2}\n)+/, "")
    .trim();
