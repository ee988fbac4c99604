// Which key does what while the text has the focus. A plain Tab is never taken: it leads out of the text, as it leads out of
// every field (WCAG 2.2, success criterion 2.1.2).

import { change, isOpen } from "./edit.js";
import { enter, heading, indent, pipe } from "./lines.js";
import { emphasis, link } from "./marks.js";

export const isApple = /^(Mac|iP)/.test(navigator.platform);

const LEVELS = { Digit0: 0, Digit1: 1, Digit2: 2, Digit3: 3 };

/** What a key press asks for: a function of value, start and end. */
function edit(event) {
  if (event.altKey) {
    const level = LEVELS[event.code];
    // Where Alt makes other characters, the key is for them; on Apple's keyboards every key makes one with it.
    const letter = event.key.length === 1 && !/\d/.test(event.key) && !isApple;
    return level === undefined || event.shiftKey || letter ? undefined : (...at) => heading(...at, level);
  }
  switch (event.key.toLowerCase()) {
    case "b":
      return event.shiftKey ? undefined : (...at) => emphasis(...at, 2);
    case "i":
      return event.shiftKey ? undefined : (...at) => emphasis(...at, 1);
    case "k":
      return event.shiftKey ? undefined : link;
    case "]":
      return (...at) => indent(...at, 1);
    case "[":
      return (...at) => indent(...at, -1);
  }
  return undefined;
}

/** Asks the editor for a step of undo or redo; tells whether it leaves that to the browser. */
export const turn = (text, way) =>
  text.dispatchEvent(new InputEvent("beforeinput", { inputType: way, bubbles: true, cancelable: true }));

/** Undo or redo, by its letter; where keys make none of the Latin ones, by where it is. */
function wayOf({ key, code, shiftKey, altKey }) {
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.slice(3).toLowerCase();
  if (altKey) return undefined;
  if (letter === "z") return shiftKey ? "historyRedo" : "historyUndo";
  return letter === "y" && !shiftKey && !isApple ? "historyRedo" : undefined;
}

/** Ctrl, or Apple's command key, and not both. */
const isCommand = (event) => (isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey);

/** An input method has this key. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** Listens to the text; `ways` are what opens something: `find` and `help`. Tells whether Shift is held down. */
export function keys(text, ways) {
  let shift = false;
  text.addEventListener("keydown", (event) => {
    shift = event.shiftKey;
    if (!isCommand(event) || isComposing(event) || event.defaultPrevented || event.getModifierState("AltGraph")) return;
    // Where somebody else's words are in the text, the editor takes them upon itself; a browser asks it only where it has a step.
    const way = wayOf(event);
    if (way && !turn(text, way)) return event.preventDefault();
    const opens = !event.altKey && { f: ways.find, "/": ways.help }[event.key.toLowerCase()];
    if (opens && (event.key === "/" || !event.shiftKey)) {
      event.preventDefault();
      return opens();
    }
    const found = edit(event);
    // Even where it has nothing to do, the browser shall not go back a page instead.
    if (!found) return;
    event.preventDefault();
    act(text, found);
  });
  text.addEventListener("keyup", (event) => (shift = event.shiftKey));
  // Not by the key: a keyboard on a screen has none.
  text.addEventListener("beforeinput", (event) => {
    if (event.isComposing || !event.cancelable) return;
    const done = event.inputType === "insertLineBreak" ? !shift && act(text, enter) : event.data === "|" && act(text, pipe);
    if (done) event.preventDefault();
  });
  return () => shift;
}

/** Does to the text what `found` answers for it and its selection; tells whether it was done. */
export function act(text, found) {
  if (!isOpen(text)) return false;
  const done = found(text.value, text.selectionStart, text.selectionEnd);
  if (done?.pieces.length === 0) text.setSelectionRange(done.from, done.from);
  return done !== undefined && (done.pieces.length === 0 || change(text, done.pieces, done.from, done.to));
}
