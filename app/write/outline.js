// The headings, in a list that opens over the page; choosing one leads there.

import { later } from "./idle.js";
import { boxes, scrollTo, uncover } from "./place.js";
import { headings } from "./structure.js";

const PAUSE_MS = 500;

export function outline(text, popover, find) {
  const none = popover.querySelector("[data-none]");
  let shown = "";

  const list = () => popover.querySelector("ol");
  const isOpen = () => popover.matches(":popover-open");

  function draw() {
    const all = headings(text.value);
    const now = JSON.stringify(all);
    if (now === shown) return;
    shown = now;
    list()?.remove();
    none.hidden = all.length > 0;
    if (all.length > 0) popover.append(nested(all));
  }

  popover.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") draw();
  });
  popover.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    const buttons = [...popover.querySelectorAll("button")];
    const here = buttons.findLast((button) => Number(button.dataset.at) <= text.selectionStart) ?? buttons[0];
    for (const button of buttons) button.ariaCurrent = button === here && Number(here.dataset.at) <= text.selectionStart ? "location" : null;
    (here ?? popover).focus();
    here?.scrollIntoView({ block: "nearest" });
  });
  popover.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...popover.querySelectorAll("button")];
    event.preventDefault();
    buttons[buttons.indexOf(document.activeElement) + step]?.focus();
  });
  popover.addEventListener("click", async (event) => {
    const chosen = event.target.closest("button");
    if (!chosen) return;
    // What was written meanwhile has moved it.
    const wanted = headings(text.value);
    const nth = [...popover.querySelectorAll("button")].indexOf(chosen);
    const { at } = wanted[nth] ?? { at: Number(chosen.dataset.at) };
    popover.hidePopover();
    find.close();
    await uncover(text);
    text.focus({ preventScroll: true });
    text.setSelectionRange(at, at);
    scrollTo(text, boxes(text, at, at)[0], 0.1, true);
  });
  text.addEventListener(
    "input",
    later(() => {
      if (isOpen()) draw();
    }, PAUSE_MS),
  );
  return {
    forget() {
      if (isOpen()) popover.hidePopover();
      list()?.remove();
      shown = "";
    },
  };
}

/** Lists within lists, as the headings stand under each other. */
function nested(all) {
  const root = document.createElement("ol");
  const open = [{ level: 0, list: root }];
  for (const { at, level, words } of all) {
    while (open.length > 1 && open.at(-1).level >= level) open.pop();
    const parent = open.at(-1);
    if (!parent.list) {
      parent.list = document.createElement("ol");
      parent.item.append(parent.list);
    }
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.at = at;
    button.textContent = words || "…";
    item.append(button);
    parent.list.append(item);
    open.push({ level, item });
  }
  return root;
}
