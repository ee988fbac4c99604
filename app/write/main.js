// The comforts of writing, around a plain text area: all of it comes after the page is alive, and none of it is needed to
// write or to save. What it says stands in the page (`app/src/pages/writing.rs`).

import { counts } from "./counts.js";
import { find } from "./find.js";
import { format } from "./format.js";
import { help } from "./help.js";
import { keys } from "./keys.js";
import { outline } from "./outline.js";
import { paste } from "./paste.js";
import { print } from "./print.js";
import { tick } from "./tick.js";

const editor = document.querySelector(".editor");
const bar = editor.querySelector("[data-writing]");
const text = editor.querySelector("textarea");
const part = (name) => editor.querySelector(`[data-${name}]`);

const finder = find(text, part("find-bar"), part("find"), part("found"));
const keyList = help(text, part("help"), part("help-dialog"));
const headings = outline(text, part("outline"), finder);
const counted = counts(text, part("counts"), finder);
paste(text, keys(text, { find: finder.open, help: keyList.open }));
tick(text);
format(text, part("format"), part("undo"));

// Somebody else sits before it: nothing of the owner's words stays in the page.
const parts = [finder, keyList, headings, counted, print(text, part("printed"))];
const seal = () => {
  if ("sealed" in editor.dataset) for (const one of parts) one.forget();
  else counted.look();
};
new MutationObserver(seal).observe(editor, { attributeFilter: ["data-sealed"] });
seal();
bar.dataset.alive = "";
