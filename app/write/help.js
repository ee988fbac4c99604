// The list of keys, in a dialog that the page brought along. Apple's keyboards have other names on them.

import { isApple } from "./keys.js";

export function help(text, button, dialog) {
  if (isApple) {
    for (const key of dialog.querySelectorAll("kbd")) {
      key.textContent = key.textContent.replace("Ctrl+", "⌘").replace("Alt+", "⌥").replace("Shift+", "⇧");
    }
  }
  // Whoever has looked goes on writing, wherever they came from.
  dialog.addEventListener("close", () => text.focus({ preventScroll: true }));
  const open = () => dialog.showModal();
  button.addEventListener("click", open);
  return { open, forget: () => dialog.close() };
}
