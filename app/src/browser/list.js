// What the list of documents does beyond its links and forms. JavaScript, because the islands' wasm is one file for all
// pages: what only the list needs would be loaded by everybody who opens the editor. The words are the page's.

import { takeFiles } from "./import.js";

const main = document.querySelector("main.documents");
const form = main.querySelector(".documents-search");
const input = form.elements.namedItem("q");
const results = main.querySelector("[data-results]");
const count = main.querySelector("[data-count]");

/** Whose page it is, as the server wrote it into the page's head. */
const owner = (page) => JSON.parse(page.querySelector("meta[name='holdfast-start']")?.content ?? "{}").status?.user.sub;

/** Another part of the list; `undefined` where nobody is signed in any more. The banner says so, and what to do. */
async function part(url, signal) {
  const answer = await fetch(url, { signal, headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return undefined;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // Somebody else has signed in meanwhile: nothing of theirs belongs on this page, nor the other way round.
  if (owner(page) !== owner(document)) location.reload();
  else return page;
}

// The search follows what is typed ////////////////////////////////////////////////////////////////////////////////////

/** After the last key; short enough to feel immediate, long enough not to ask for every letter of a word. */
const PAUSE_MS = 120;

let pause;
let asking;

async function look() {
  clearTimeout(pause);
  asking?.abort();
  asking = new AbortController();
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const url = query.size > 0 ? `/?${query}` : "/";
  try {
    const page = await part(url, asking.signal);
    if (!page) return;
    for (const name of ["[data-results]", "[data-sort]"]) {
      main.querySelector(name)?.replaceChildren(...(page.querySelector(name)?.childNodes ?? []));
    }
    // The first documents of all bring the search along.
    const tools = [...page.querySelectorAll("[data-with-documents]")];
    main.querySelectorAll("[data-with-documents]").forEach((tool, n) => (tool.hidden = tools[n]?.hidden ?? false));
    const said = page.querySelector("[data-count]");
    if (count.textContent !== (said?.textContent ?? "")) count.replaceChildren(...(said?.childNodes ?? []));
    history.replaceState(null, "", url);
    markDevice();
  } catch (error) {
    // Without a connection the form is what is left: the browser says what is wrong.
    if (error.name !== "AbortError") throw error;
  }
}

input.addEventListener("input", (event) => {
  clearTimeout(pause);
  if (!event.isComposing) pause = setTimeout(look, PAUSE_MS);
});
input.addEventListener("compositionend", () => (pause = setTimeout(look, PAUSE_MS)));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});

results.addEventListener("click", async (event) => {
  const more = event.target.closest("[data-more]");
  if (!more || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (more.ariaBusy) return;
  more.ariaBusy = "true";
  const page = await part(more.href).catch(() => undefined);
  if (!page) return void (location.href = more.href);
  // A list of its own: see `style/list.css`.
  const parts = [".documents-list", ".documents-more:has([data-more])"].flatMap((name) => page.querySelector(name) ?? []);
  more.parentElement.replaceWith(...parts);
  parts[0]?.querySelector(".documents-list a")?.focus();
  markDevice();
});

// Keys ////////////////////////////////////////////////////////////////////////////////////////////////////////////////

// Letters count only while a line has the focus (WCAG 2.2, success criterion 2.1.4: "active only on focus"). Arrows are no
// letters, and go into the list from wherever nothing else wants them.
const links = () => [...results.querySelectorAll(".documents-list a")];

function step(from, key) {
  const all = links();
  const at = all.indexOf(from);
  const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: all.length - 1 }[key];
  if (to === undefined) return false;
  // A letter would be the next one that is looked for.
  if (to < 0 && key === "ArrowUp") input.focus();
  else if (to >= 0) (all[to] ?? results.querySelector("[data-more]") ?? from)?.focus();
  return true;
}

function press(key, target) {
  if (target === input && key === "Escape" && input.value !== "") {
    input.value = "";
    look();
    return true;
  }
  if (target === input || target === document.body) {
    return key === "ArrowDown" && links().length > 0 && step(undefined, key);
  }
  if (!target.closest?.("[data-results]")) return false;
  if (target.matches("[data-more]") && (key === "ArrowUp" || key === "k")) return step(links().at(-1), "End");
  if (key === "/") {
    input.focus();
    input.select();
    return true;
  }
  if (key === "n") {
    main.querySelector("[data-new]").requestSubmit();
    return true;
  }
  return target.matches(".documents-list a") && step(target, key);
}

addEventListener("keydown", (event) => {
  const { key, target, defaultPrevented, isComposing, ctrlKey, metaKey, altKey } = event;
  if (defaultPrevented || isComposing || ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return;
  if (press(key, target)) event.preventDefault();
});

for (const keys of main.querySelectorAll("[data-keys]")) keys.hidden = false;
// With scripts the search needs no button; Enter still searches. Out of sight, it must not have the focus, either.
form.querySelector("button").hidden = true;

// What only this device has ///////////////////////////////////////////////////////////////////////////////////////////

const LOOK_AGAIN_MS = 2_000;

/** Marks the documents of which this browser's journal has words that no receipt covers yet. */
async function markDevice() {
  const kept = await globalThis.holdfast?.kept(owner(document)).catch(() => []);
  if (!kept) return;
  // Not line by line: of ten thousand, that is work and waste for every look.
  let came = false;
  for (const mark of results.querySelectorAll("[data-place='device']")) {
    if (kept.includes(mark.closest("[data-document]").dataset.document)) continue;
    mark.remove();
    came = true;
  }
  // The server has its words now, and the line is older than they are. Nothing goes away under anybody's hands.
  const isFirstPart = results.querySelectorAll(".documents-list").length === 1;
  if (came && isFirstPart && !results.contains(document.activeElement)) look();
  for (const id of kept) {
    const facts = results.querySelector(`[data-document="${CSS.escape(id)}"] .documents-facts`);
    if (!facts || facts.querySelector("[data-place='device']")) continue;
    const said = document.createElement("span");
    said.className = "documents-mark";
    said.dataset.place = "device";
    said.textContent = main.dataset.onDevice;
    facts.prepend(said);
  }
}

takeFiles(main, owner(document), look);

markDevice();
setInterval(() => {
  if (document.visibilityState === "visible") markDevice();
}, LOOK_AGAIN_MS);
