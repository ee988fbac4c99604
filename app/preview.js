// The preview beside the text, and on a narrow screen in its place: what the server renders of the draft, again after each
// save. Loaded when it is first asked for. What the server does not have yet is not in it; the save status says how much
// that is.

import { abreast, backTo, placeIn } from "./write/abreast.js";

/** After an answer, so many times as long as it took to get and to show: a long text leaves the machine to the writer. */
const REST = 4;
const LONGEST_REST_MS = 5_000;

const whenIdle = globalThis.requestIdleCallback ?? setTimeout;

const pane = document.createElement("section");
pane.className = "preview";
pane.tabIndex = 0;
const prose = document.createElement("div");
prose.className = "prose";
pane.append(prose);

let shown = "";
let beside;
let asking = false;
let again = false;
/** What the server had, and what stood here, when it was last asked. */
let acked;
let asked;

/** Opens the preview of the document that `link` leads to, or closes it. Who has pressed it with a mouse (`goesOn`) goes on
 * writing; who has pressed it with a key stays where they are. */
export function toggle(link, goesOn) {
  const page = document.querySelector(".editor-page");
  const editor = page.querySelector(".editor");
  const text = page.querySelector("textarea");
  // Beside it the text has less room, and the line that is read or written stays where it is.
  const place = placeIn(text);
  const open = page.classList.toggle("editor-page-shared");
  link.ariaExpanded = String(open);
  if (open) {
    pane.ariaLabel = link.textContent;
    page.querySelector("[data-sheets]").append(pane);
  } else pane.remove();
  backTo(text, place);
  if (goesOn) text.focus({ preventScroll: true });
  if (!open) return;
  const status = page.querySelector("[data-save-state]");
  // The same words for other eyes: what is sealed is out of the page.
  const look = () => {
    if (!pane.isConnected) return;
    if ("sealed" in editor.dataset) {
      acked = asked = undefined;
      beside.forget();
      show("");
    } else if (acked !== status.dataset.acked || (status.dataset.saveState === "saved" && asked !== text.value)) {
      refresh(link, status, text);
    }
  };
  if (!beside) {
    beside = abreast(text, pane, prose);
    new MutationObserver(look).observe(status, { attributeFilter: ["data-acked", "data-save-state"] });
    new MutationObserver(look).observe(editor, { attributeFilter: ["data-sealed"] });
    page.querySelector("[data-back]").addEventListener("click", () => {
      toggle(link);
      text.focus({ preventScroll: true });
    });
  }
  beside.opened();
  look();
}

function show(html) {
  if (html === shown) return;
  shown = html;
  const task = prose.contains(document.activeElement) && document.activeElement.dataset.task;
  prose.innerHTML = html;
  for (const box of prose.querySelectorAll("input[data-task]")) {
    box.disabled = false;
    if (box.dataset.task === task) box.focus({ preventScroll: true });
  }
}

// One question at a time, and one more behind it where something has been saved meanwhile.
async function refresh(link, status, text) {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  do {
    again = false;
    const began = performance.now();
    try {
      [acked, asked] = [status.dataset.acked, text.value];
      const headers = { accept: "application/json", "holdfast-unattended": "1" };
      // A question that nobody answers would be the last one.
      const signal = AbortSignal.timeout(15_000);
      const answer = await fetch(link.dataset.preview, { headers, cache: "no-store", redirect: "error", signal });
      // Where the sign-in is over, what has been rendered stays; where another user sits there, nothing does.
      const html = answer.ok && (await answer.json());
      // Not between a key press and its letter.
      await new Promise((resolve) => whenIdle(resolve, { timeout: 500 }));
      if (html && !document.querySelector(".editor[data-sealed]")) {
        show(html);
        beside.shows(asked);
      }
      if (!answer.ok) acked = undefined;
    } catch {
      // No network: the next save brings the next look.
      acked = undefined;
    }
    const rest = Math.min(REST * (performance.now() - began), LONGEST_REST_MS);
    await new Promise((resolve) => setTimeout(resolve, rest));
  } while (again);
  asking = false;
}
