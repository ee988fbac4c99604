// The preview beside the text: what the server renders of the draft, again after each save. Loaded when it is first asked
// for. What the server does not have yet is not in it; the save status says how much that is.

const pane = document.createElement("section");
pane.className = "preview";
pane.tabIndex = 0;
const prose = document.createElement("div");
prose.className = "prose";
pane.append(prose);

let shown = "";
let asking = false;
let again = false;

/** Opens the preview of the document that `link` leads to, or closes it. */
export function toggle(link) {
  const page = document.querySelector(".editor-page");
  const open = page.classList.toggle("editor-page-shared");
  link.ariaExpanded = String(open);
  if (!open) return pane.remove();
  pane.ariaLabel = link.textContent;
  page.append(pane);
  const status = page.querySelector("[data-save-state]");
  const editor = page.querySelector(".editor");
  // The same words for other eyes: what is sealed is out of the page.
  const look = () => {
    if (!pane.isConnected) return;
    if ("sealed" in editor.dataset) show("");
    else refresh(link);
  };
  if (!link.dataset.follows) {
    link.dataset.follows = "";
    new MutationObserver(look).observe(status, { attributeFilter: ["data-acked", "data-save-state"] });
    new MutationObserver(look).observe(editor, { attributeFilter: ["data-sealed"] });
    const text = page.querySelector("textarea");
    text.addEventListener("scroll", () => follow(text), { passive: true });
  }
  look();
}

function show(html) {
  if (html === shown) return;
  shown = html;
  prose.innerHTML = html;
}

/** Keeps the same share of both above the upper edge. */
function follow(text) {
  const most = text.scrollHeight - text.clientHeight;
  pane.scrollTop = most > 0 ? (text.scrollTop / most) * (pane.scrollHeight - pane.clientHeight) : 0;
}

// One question at a time, and one more behind it where something has been saved meanwhile.
async function refresh(link) {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  do {
    again = false;
    try {
      const headers = { accept: "application/json", "holdfast-unattended": "1" };
      // A question that nobody answers would be the last one.
      const signal = AbortSignal.timeout(15_000);
      const answer = await fetch(link.dataset.preview, { headers, cache: "no-store", redirect: "error", signal });
      // Where the sign-in is over, what has been rendered stays; where another user sits there, nothing does.
      const html = answer.ok && (await answer.json());
      if (html && !document.querySelector(".editor[data-sealed]")) show(html);
    } catch {
      // No network: the next save brings the next look.
    }
  } while (again);
  asking = false;
}
