import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { marked, put, ready, shows } from "../support/writing.ts";

/** What stands there, what is pressed, and what stands there then. */
type Case = [before: string, key: string, after: string];

const MARKS: Case[] = [
  ["a ‹word› b", "ControlOrMeta+b", "a **‹word›** b"],
  ["a **‹word›** b", "ControlOrMeta+b", "a ‹word› b"],
  ["a ‹**word**› b", "ControlOrMeta+b", "a ‹word› b"],
  ["a wo¦rd b", "ControlOrMeta+b", "a **wo¦rd** b"],
  ["a **wo¦rd** b", "ControlOrMeta+b", "a wo¦rd b"],
  ["a ¦ b", "ControlOrMeta+b", "a **¦** b"],
  ["a **¦** b", "ControlOrMeta+b", "a ¦ b"],
  ["a ‹word› b", "ControlOrMeta+i", "a *‹word›* b"],
  ["a **‹word›** b", "ControlOrMeta+i", "a ***‹word›*** b"],
  ["a ***‹word›*** b", "ControlOrMeta+i", "a **‹word›** b"],
  ["‹one\n- two›\nx", "ControlOrMeta+b", "‹**one**\n- **two**›\nx"],
  ["‹**one**\n- **two**›\nx", "ControlOrMeta+b", "‹one\n- two›\nx"],
  ["see ‹this›", "ControlOrMeta+k", "see [this](¦)"],
  ["see [this](¦)", "ControlOrMeta+k", "see ‹this›"],
  ["see ‹https://example.com/a›", "ControlOrMeta+k", "see [¦](https://example.com/a)"],
  ["on¦e", "ControlOrMeta+Alt+2", "## on¦e"],
  ["## on¦e", "ControlOrMeta+Alt+2", "on¦e"],
  ["## on¦e", "ControlOrMeta+Alt+1", "# on¦e"],
  ["### on¦e", "ControlOrMeta+Alt+0", "on¦e"],
];

const LISTS: Case[] = [
  ["- one¦", "Enter", "- one\n- ¦"],
  ["* one¦", "Enter", "* one\n* ¦"],
  ["+ one¦", "Enter", "+ one\n+ ¦"],
  ["9. one¦", "Enter", "9. one\n10. ¦"],
  ["- [x] one¦ two", "Enter", "- [x] one\n- [ ] ¦ two"],
  ["> said¦", "Enter", "> said\n> ¦"],
  ["> - said¦", "Enter", "> - said\n> - ¦"],
  ["- one\n- ¦", "Enter", "- one\n\n¦"],
  ["- [ ] one\n- [ ] ¦", "Enter", "- [ ] one\n\n¦"],
  ["> said\n> ¦", "Enter", "> said\n\n¦"],
  ["> - said\n> - ¦", "Enter", "> - said\n>\n> ¦"],
  ["- one¦", "Shift+Enter", "- one\n¦"],
  ["plain¦", "Enter", "plain\n¦"],
  ["a **word¦**", "Enter", "a **word**\n¦"],
  ["- *word¦*", "Enter", "- *word*\n- ¦"],
  ["a **wo¦rd**", "Enter", "a **wo\n¦rd**"],
  ["¦- one", "Enter", "\n¦- one"],
  ["```\n- code¦", "Enter", "```\n- code\n¦"],
  ["- - -¦", "Enter", "- - -\n¦"],
  ["- a\n- b¦", "ControlOrMeta+]", "- a\n  - b¦"],
  ["- a\n  - b¦", "ControlOrMeta+[", "- a\n- b¦"],
  ["‹1. a\n2. b›", "ControlOrMeta+]", "   ‹1. a\n   2. b›"],
  ["| a | b |¦", "Enter", "| a | b |\n| --- | --- |\n| ¦ |  |"],
  ["| a | b |\n|---|---|\n| 1 | 2 |¦", "Enter", "| a | b |\n|---|---|\n| 1 | 2 |\n| ¦ |  |"],
  ["| a | b |\n|---|---|\n|  |  |¦", "Enter", "| a | b |\n|---|---|\n\n¦"],
  ["| a | b |\n|---|---|\n| ¦ |  |\nnext", "Enter", "| a | b |\n|---|---|\n\n¦\nnext"],
  ["| a | b |\n|---|---|\n| 1¦ | 2 |", "Enter", "| a | b |\n|---|---|\n| 1 | 2 |\n| ¦ |  |"],
  ["| a | b |\n|---|---|\n| 1 | 2¦ |", "Enter", "| a | b |\n|---|---|\n| 1 | 2 |\n| ¦ |  |"],
  ["| a | b |\n| --- | --- |\n| :-- | --: |¦", "Enter", "| a | b |\n| :-- | --: |\n| ¦ |  |"],
  ["¦| a | b |\n|---|---|", "Enter", "\n¦| a | b |\n|---|---|"],
];

for (const [name, cases] of [["bold, italic, links and headings", MARKS], ["lists, quotations and tables", LISTS]] as const) {
  test(`the keys for ${name} do what people know, one undo takes each back, and all of it is saved`, async ({ page, api }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    for (const [before, key, after] of cases) {
      await put(editor, before);
      await page.keyboard.press(key);
      await shows(editor, after);
      await page.keyboard.press("ControlOrMeta+z");
      await expect.poll(() => editor.value(), `${before} ${key}, undone`).toBe(before.replace(/[¦‹›]/g, ""));
      await page.keyboard.press("ControlOrMeta+Shift+z");
      await expect.poll(() => editor.value()).toBe(after.replace(/[¦‹›]/g, ""));
    }
    await editor.saved();
    expect((await (await api(ada)).draft(editor.id)).text).toBe(await editor.value());
  });
}

test("a table is filled in cell by cell with Enter, and an empty row ends it", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "¦");
  for (const words of ["| what | how much |", "bread", "2", "cheese", "1", ""]) {
    await editor.type(words);
    await page.keyboard.press("Enter");
  }
  await editor.type("after");
  expect(await editor.value()).toBe("| what | how much |\n| --- | --- |\n| bread | 2 |\n| cheese | 1 |\n\nafter");
});

test("a table that is typed as it will stand, stands so", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "¦");
  const lines = ["| a | b |", "| :-- | --: |", "| 1 | 2 |", "| hotel |  |", "|| x |", ""];
  for (const words of lines) {
    await editor.type(words);
    await page.keyboard.press("Enter");
  }
  await editor.type("after");
  expect(await editor.value()).toBe(lines.join("\n") + "\nafter");
  // In a row that Enter has made, the sign goes on to the next cell.
  await put(editor, "| a | b |\n| - | - |\n| 1 | 2 |¦");
  await page.keyboard.press("Enter");
  await editor.type("3 | 4 |");
  await shows(editor, "| a | b |\n| - | - |\n| 1 | 2 |\n| 3 | 4 |¦");
});

test("typing, a key of ours and typing again are undone one after the other", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "¦");
  await editor.type("one two");
  await page.keyboard.press("ControlOrMeta+b");
  await shows(editor, "one **two¦**");
  await editor.type("!");
  await shows(editor, "one **two!¦**");
  await page.keyboard.press("ControlOrMeta+z");
  await shows(editor, "one **two¦**");
  await page.keyboard.press("ControlOrMeta+z");
  expect(await editor.value()).toBe("one two");
});

test("the key that began bold or italic ends it", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "¦");
  await editor.type("one ");
  await page.keyboard.press("ControlOrMeta+b");
  await editor.type("two three");
  await page.keyboard.press("ControlOrMeta+b");
  await editor.type(" four ");
  await page.keyboard.press("ControlOrMeta+i");
  await editor.type("five");
  await page.keyboard.press("ControlOrMeta+i");
  await editor.type(" six");
  await shows(editor, "one **two three** four *five* six¦");
});

test("F8 WCAG 2.1.2: Tab leaves the text, and the keys of input methods and of other alphabets are theirs", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "- one¦");
  await page.keyboard.press("Tab");
  await expect(editor.text).not.toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(editor.text).toBeFocused();
  // AltGr is Ctrl and Alt to a page: it makes characters.
  const taken = await editor.text.evaluate((area) => {
    const press = (key: string, code: string, more: KeyboardEventInit): boolean =>
      !area.dispatchEvent(new KeyboardEvent("keydown", { key, code, ctrlKey: true, altKey: true, bubbles: true, cancelable: true, ...more }));
    return [
      press("#", "Digit3", { modifierAltGraph: true }),
      press("#", "Digit3", {}),
      press("]", "Digit9", { modifierAltGraph: true }),
      press("b", "KeyB", { altKey: false, isComposing: true }),
    ];
  });
  expect(taken).toEqual([false, false, false, false]);
  expect(await editor.value()).toBe("- one");
});

test("an input method composes undisturbed, in a list too", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "- ¦");
  const browser = await page.context().newCDPSession(page);
  for (const text of ["に", "にほ", "にほん"]) {
    await browser.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  }
  // What an input method makes of Enter while it composes is not a line break of ours.
  await editor.text.evaluate((area) => {
    area.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertLineBreak", isComposing: true, bubbles: true, cancelable: true }));
    area.dispatchEvent(new KeyboardEvent("keydown", { key: "b", ctrlKey: true, keyCode: 229, bubbles: true, cancelable: true }));
  });
  await shows(editor, "- にほん¦");
  await browser.send("Input.insertText", { text: "日本" });
  await shows(editor, "- 日本¦");
  await page.keyboard.press("Enter");
  await shows(editor, "- 日本\n- ¦");
  await editor.saved();
  expect((await (await api(ada)).draft(editor.id)).text).toBe("- 日本\n- ");
});

test("what is not one's own to change is left alone", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "- on¦e");
  await editor.text.evaluate((area: HTMLTextAreaElement) => (area.readOnly = true));
  for (const key of ["ControlOrMeta+b", "Enter", "ControlOrMeta+]", "ControlOrMeta+Alt+1"]) await page.keyboard.press(key);
  expect(await marked(editor)).toBe("- on¦e");
});

test("without the comforts there is an editor: they come last, and may fail", async ({ page }) => {
  await page.route("**/pkg/write.*", (route) => route.abort());
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Still here.");
  await editor.saved();
  await expect(page.getByRole("button", { name: "Outline" })).toBeHidden();
  await page.unrouteAll();
  await page.reload();
  await ready(page);
  await expect(page.getByRole("button", { name: "Outline" })).toBeVisible();
});
