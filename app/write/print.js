// Paper shows all of a text, and a text area what is in sight of it: for as long as one prints, the text stands beside it.

export function print(text, sheet) {
  const forget = () => sheet.replaceChildren();
  addEventListener("beforeprint", () => {
    // Out of the page where somebody else sits before it.
    if (text.isConnected) sheet.textContent = text.value;
  });
  addEventListener("afterprint", forget);
  return { forget };
}
