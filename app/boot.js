// Loads the islands' code and wakes every <leptos-island> in document order, outer ones first: an outer island's context
// must be in place (`$$on_hydrate`) before the islands among its children look for it.
import init, * as islands from "__JS__";

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
document.documentElement.dataset.alive = "";
