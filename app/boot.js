// Loads the islands' code and wakes every <leptos-island> in document order, outer ones first: an outer island's context
// must be in place (`$$on_hydrate`) before the islands among its children look for it.
import init, * as islands from "__JS__";
import * as journal from "./src/browser/journal/store.js";
import { signInWindow } from "./src/browser/sign_in_window.js";
import { stream } from "./src/browser/stream.js";

// What wasm calls by name.
globalThis.holdfast = { ...journal, stream };

// The wasm stops for good at its first fault, and could then neither save nor say so.
function stopped({ error, reason }) {
  if (!((error ?? reason) instanceof WebAssembly.RuntimeError)) return;
  removeEventListener("error", stopped);
  removeEventListener("unhandledrejection", stopped);
  const status = document.querySelector("[data-save-state]");
  if (!status) return;
  // Another element in its place: what is left of the islands must not write "Saved" over it.
  const said = status.cloneNode();
  said.dataset.saveState = "cannot-save";
  said.role = "alert";
  said.ariaLive = null;
  said.textContent = document.querySelector("meta[name=holdfast-broken]").content;
  status.replaceWith(said);
  addEventListener("beforeunload", (leaving) => leaving.preventDefault());
}

// Links that say so open beside the text; without scripts they lead to a page.
addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-preview]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  (await import("__PREVIEW__")).toggle(link, event.pointerType === "mouse");
});

// What has just been done is told once: neither a reload nor a bookmark tells it again. What can be undone stays on offer.
const here = new URL(location.href);
if (["notice", "trashed"].some((name) => here.searchParams.has(name)) && !here.searchParams.has("undo")) {
  for (const name of ["notice", "trashed"]) here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}

// The menu closes as menus do: by Escape, and by a press anywhere else.
const menu = document.querySelector(".header-more");
addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    // One press closes one thing: the bar that finds stays.
    event.stopPropagation();
    menu.open = false;
    menu.firstElementChild.focus();
  },
  true,
);
addEventListener("click", ({ target }) => {
  if (menu?.open && !menu.contains(target)) menu.open = false;
});

addEventListener("error", stopped);
addEventListener("unhandledrejection", stopped);

// A step of a sign-in in the dialog that a passkey answers; the rest is loaded when it is needed.
if (globalThis.PublicKeyCredential) document.documentElement.dataset.passkeys = "";
addEventListener(
  "submit",
  (event) => {
    const place = event.target.querySelector("[data-passkey=get]");
    if (!place || place.dataset.state === "done") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    import("__PASSKEY__").then(({ get }) => get(place));
  },
  true,
);

await init({ module_or_path: "__WASM__" });
islands.hydrate();

const outer = [];

async function wake(node) {
  const tag = node.tagName;
  if (tag === "LEPTOS-ISLAND") {
    outer.at(-1)?.();
    await islands[node.dataset.component]?.(node);
  }
  if (tag === "LEPTOS-CHILDREN") outer.push(node.$$on_hydrate);
  for (const child of [...node.children]) await wake(child);
  if (tag === "LEPTOS-CHILDREN") outer.pop();
}

await wake(document.body);
signInWindow();
document.documentElement.dataset.alive = "";
// Writing and saving need none of it, so it comes last.
if (document.querySelector(".editor")) import("__WRITE__");

// For the page that a dead network gets; where there is none, nothing is missing.
navigator.serviceWorker?.register("/sw.js").catch(() => undefined);
