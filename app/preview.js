// The preview beside the text, and on a narrow screen in its place: what the server renders of the draft, again after each
// save. Loaded when it is first asked for. What the server does not have yet is not in it; the save status says how much
// that is.

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
let asking = false;
let again = false;
/** What the server had, and what stood here, when it was last asked. */
let acked;
let asked;

/** Opens the preview of the document that `link` leads to, or closes it. */
export function toggle(link) {
  const page = document.querySelector(".editor-page");
  const open = page.classList.toggle("editor-page-shared");
  link.ariaExpanded = String(open);
  if (!open) return pane.remove();
  pane.ariaLabel = link.textContent;
  page.querySelector("[data-sheets]").append(pane);
  const status = page.querySelector("[data-save-state]");
  const editor = page.querySelector(".editor");
  const text = page.querySelector("textarea");
  // The same words for other eyes: what is sealed is out of the page.
  const look = () => {
    if (!pane.isConnected) return;
    if ("sealed" in editor.dataset) {
      acked = asked = undefined;
      show("");
    } else if (acked !== status.dataset.acked || (status.dataset.saveState === "saved" && asked !== text.value)) {
      refresh(link, status, text);
    }
  };
  if (!link.dataset.follows) {
    link.dataset.follows = "";
    new MutationObserver(look).observe(status, { attributeFilter: ["data-acked", "data-save-state"] });
    new MutationObserver(look).observe(editor, { attributeFilter: ["data-sealed"] });
    text.addEventListener("scroll", () => follow(text), { passive: true });
  }
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

/** Keeps the same share of both above the upper edge. */
function follow(text) {
  const most = text.scrollHeight - text.clientHeight;
  pane.scrollTop = most > 0 ? (text.scrollTop / most) * (pane.scrollHeight - pane.clientHeight) : 0;
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
      if (html && !document.querySelector(".editor[data-sealed]")) show(html);
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
