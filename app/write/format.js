// The buttons that stand in for the keys where there is no keyboard to hold Ctrl on: bold, italic, headings, lists, links.

import { act } from "./keys.js";
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

export function format(text, bar) {
  // The text keeps the focus, and so the screen its keyboard.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const way = WAYS[event.target.closest("button")?.value];
    if (way) act(text, way);
  });
}
