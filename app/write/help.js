// The list of keys, in a dialog that the page brought along. Apple's keyboards have other names on them.

import { isApple } from "./keys.js";

export function help(button, dialog) {
  if (isApple) {
    for (const key of dialog.querySelectorAll("kbd")) {
      key.textContent = key.textContent.replace("Ctrl+", "⌘").replace("Alt+", "⌥").replace("Shift+", "⇧");
    }
  }
  // Around it is the editor, which takes the sending of a form for its own.
  dialog.addEventListener("submit", (event) => event.stopPropagation());
  const open = () => dialog.showModal();
  button.addEventListener("click", open);
  return { open, forget: () => dialog.close() };
}
