import { expect, type Page } from "@playwright/test";
import type { Editor } from "./editor.ts";

/** A text with its caret (`¦`) or its selection (`‹…›`) in it. */
export type Marked = string;

/** Puts a text in, as if typed, with caret or selection where they are marked. */
export async function put(editor: Editor, marked: Marked): Promise<void> {
  await ready(editor.page);
  await editor.text.evaluate((area: HTMLTextAreaElement, marked) => {
    const plain = marked.replace(/[¦‹›]/g, "");
    const start = marked.search(/[¦‹]/);
    const end = marked.includes("›") ? marked.indexOf("›") - 1 : start;
    area.focus();
    area.select();
    document.execCommand(plain === "" ? "delete" : "insertText", false, plain);
    area.setSelectionRange(start, end);
  }, marked);
}

export const marked = (editor: Editor): Promise<Marked> =>
  editor.text.evaluate(({ value, selectionStart: start, selectionEnd: end }: HTMLTextAreaElement) =>
    start === end
      ? `${value.slice(0, end)}¦${value.slice(end)}`
      : `${value.slice(0, start)}‹${value.slice(start, end)}›${value.slice(end)}`,
  );

export async function shows(editor: Editor, wanted: Marked): Promise<void> {
  await expect.poll(() => marked(editor)).toBe(wanted);
}

/** The comforts are there: they come after the islands. */
export async function ready(page: Page): Promise<void> {
  await expect(page.locator("[data-writing][data-alive]")).toBeAttached();
}

/** A paste with several kinds of the same, which no clipboard of a test's can hold. Answers whether the page took it. */
export const paste = (editor: Editor, kinds: Record<string, string>): Promise<boolean> =>
  editor.text.evaluate((area, kinds) => {
    const clipboardData = new DataTransfer();
    for (const [kind, words] of Object.entries(kinds)) clipboardData.setData(kind, words);
    return !area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, kinds);
