import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Editor } from "./editor.ts";

/** `[position, deleted, inserted]`, in UTF-16 code units. */
export type Edit = readonly [at: number, deleted: number, inserted: string];

type Trace = { startContent: string; txns: { patches: [number, number, string][] }[] };

/** The first `count` edits of a recorded text, or `undefined` where HOLDFAST_TRACES does not lead to it. */
export function recorded(name: string, count: number): Edit[] | undefined {
  const folder = process.env["HOLDFAST_TRACES"];
  const file = folder && join(folder, `${name}.json.gz`);
  if (!file || !existsSync(file)) return undefined;
  const trace = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Trace;
  const patches = trace.txns.flatMap((txn) => txn.patches).slice(0, count);
  return inCodeUnits(trace.startContent, patches);
}

/** A writer of words who makes typing errors, goes back, and uses characters beyond the first plane. */
export function generated(seed: number, count: number): Edit[] {
  const random = xorshift(seed);
  const alphabet = [..."etaoinshrdlucmfwypvbgkqjxz", "ä", "é", "—", "中", "😀", "\n"];
  const edits: Edit[] = [];
  let text = "";
  let at = 0;
  while (edits.length < count) {
    const dice = random(100);
    let edit: Edit;
    if (dice < 8 && at > 0) {
      const wide = /[\uDC00-\uDFFF]/.test(text[at - 1] ?? "") ? 2 : 1;
      edit = [at - wide, wide, ""];
    } else {
      if (dice < 10) at = boundary(text, random(text.length + 1));
      edit = [at, 0, dice < 25 ? " " : (alphabet[random(alphabet.length)] ?? "e")];
    }
    edits.push(edit);
    text = apply(text, edit);
    at = edit[0] + edit[2].length;
  }
  return edits;
}

export function apply(text: string, [at, deleted, inserted]: Edit): string {
  return text.slice(0, at) + inserted + text.slice(at + deleted);
}

/**
 * Types edits with the keyboard: the caret is moved only where a person would have moved it, a removed character is a
 * Backspace or a Delete.
 */
export async function typeEdits(editor: Editor, edits: readonly Edit[]): Promise<void> {
  const { page, text } = editor;
  let caret = await text.evaluate((area: HTMLTextAreaElement) => area.selectionStart);
  const select = async (from: number, to: number): Promise<void> => {
    await text.evaluate((area: HTMLTextAreaElement, [from, to]) => area.setSelectionRange(from, to), [from, to] as const);
  };
  for (const [at, deleted, inserted] of edits) {
    if (deleted === 1 && caret === at + 1) {
      await page.keyboard.press("Backspace");
    } else {
      if (deleted > 0) await select(at, at + deleted);
      else if (caret !== at) await select(at, at);
      if (deleted > 0 && inserted === "") await page.keyboard.press("Delete");
    }
    // What was recorded is a line break and nothing else; a key would go on with a list, too.
    if (inserted.length === 1 && inserted !== "\n") await page.keyboard.type(inserted);
    else if (inserted !== "") await page.keyboard.insertText(inserted);
    caret = at + inserted.length;
  }
}

/** Traces count code points; browsers count UTF-16 code units. */
function inCodeUnits(start: string, patches: readonly (readonly [number, number, string])[]): Edit[] {
  let points = [...start];
  const edits: Edit[] = [];
  for (const [at, deleted, inserted] of patches) {
    const before = points.slice(0, at).join("").length;
    const gone = points.slice(at, at + deleted).join("").length;
    edits.push([before, gone, inserted]);
    points = [...points.slice(0, at), ...inserted, ...points.slice(at + deleted)];
  }
  return edits;
}

function boundary(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at - 1 : at;
}

function xorshift(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
