// The buttons that stand in for the keys where there is no keyboard to hold Ctrl on: bold, italic, headings, lists, links.

import { act, turn } from "./keys.js";
import { list, nextHeading } from "./lines.js";
import { emphasis, link } from "./marks.js";

const WAYS = {
  bold: (...at) => emphasis(...at, 2),
  italic: (...at) => emphasis(...at, 1),
  heading: nextHeading,
  list: (...at) => list(...at, false),
  task: (...at) => list(...at, true),
  link,
};

export function format(text, bar, undo) {
  // The text keeps the focus, and so the screen its keyboard.
  for (const one of [bar, undo]) one.addEventListener("mousedown", (event) => event.preventDefault());
  // The browser's own step, unless the editor has taken undo upon itself.
  undo.addEventListener("click", () => turn(text, "historyUndo") && document.execCommand("undo"));
  bar.addEventListener("click", (event) => {
    const way = WAYS[event.target.closest("button")?.value];
    if (way) act(text, way);
  });
}
