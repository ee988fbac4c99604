import { randomUUID } from "node:crypto";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

test("E5 E6 E7 two tabs of one document converge, and nothing of either is missing", async ({ page, api }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  await first.text.focus();
  await first.type("[middle]");
  await first.saved();
  const second = await Editor.open(await page.context().newPage(), first.id);
  expect(await second.value()).toBe("[middle]");

  // Both type at once: one before, one after.
  await caret(first, 0);
  await caret(second, 8);
  const left = "the first tab writes here ";
  const right = " and the second one there";
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    await first.page.keyboard.insertText(left[at] ?? "");
    await second.page.keyboard.insertText(right[at] ?? "");
  }
  await first.saved();
  await second.saved();
  const own = await api(ada);
  expect(await own.text(first.id)).toBe(`${left}[middle]${right}`);

  // Each learns with its next save, at the latest, what the other has written.
  await second.type(".");
  await second.saved();
  await expect.poll(() => second.value()).toBe(`${left}[middle]${right}.`);
  await first.type("> ");
  await first.saved();
  await expect.poll(() => first.value()).toBe(`${left}> [middle]${right}.`);
  expect(await own.text(first.id)).toBe(`${left}> [middle]${right}.`);
});

test("E7 both write at the same place: every character is there once", async ({ page, api }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  const second = await Editor.open(await page.context().newPage(), first.id);
  const [ones, twos] = ["1".repeat(60), "2".repeat(60)];
  await first.text.focus();
  await second.text.focus();
  await Promise.all([first.type(ones, 20), second.type(twos, 20)]);
  await first.saved();
  await second.saved();
  const own = await api(ada);
  const text = await own.text(first.id);
  expect([...text].toSorted().join("")).toBe(ones + twos);
  for (const editor of [first, second]) {
    await editor.focusAtEnd();
    await editor.type("!");
    await editor.saved();
  }
  expect(await own.text(first.id)).toBe(await second.value());
  expect([...(await second.value())].toSorted().join("")).toBe(`!!${ones}${twos}`);
});

test("E7 what another tab wrote moves the selection with its text, and takes no focus", async ({ page }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  await first.text.focus();
  await first.type("Hello world");
  await first.saved();
  await first.text.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(6, 11));
  const second = await Editor.open(await page.context().newPage(), first.id);
  await caret(second, 0);
  await second.type(">> ");
  await second.saved();

  await expect.poll(() => first.value(), "live, without a key press here").toBe(">> Hello world");
  const selected = await first.text.evaluate((area: HTMLTextAreaElement) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  );
  expect(selected).toBe("world");
  await expect(first.text).toBeFocused();
});

test("E7 C3 what another tab wrote leaves undo as it was, in the tab that is written in", async ({ page }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  await first.text.focus();
  await first.type("Hello");
  await first.saved();
  const second = await Editor.open(await page.context().newPage(), first.id);
  await page.bringToFront();
  await first.focusAtEnd();
  await first.type(" world");
  await second.text.evaluate((area: HTMLTextAreaElement) => {
    area.setRangeText("Oh. ", 0, 0, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await expect(first.text).toHaveValue("Oh. Hello world");
  await first.type("!");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(first.text).toHaveValue("Oh. Hello world");
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(first.text).toHaveValue("Oh. Hello world!");
  await first.saved();
  await expect(second.text).toHaveValue("Oh. Hello world!");
});

/** As another tab would, whose keys this one must not take. */
async function writesAt(editor: Editor, at: number, words: string): Promise<void> {
  await editor.text.evaluate(
    (area: HTMLTextAreaElement, [at, words]) => {
      area.setRangeText(words, at, at, "end");
      area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
    [at, words] as const,
  );
}

test("E7 C3 undo takes back what this tab wrote, and never what another did", async ({ page }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  await first.text.focus();
  await first.type("One two");
  await first.saved();
  const second = await Editor.open(await page.context().newPage(), first.id);
  await page.bringToFront();
  await first.focusAtEnd();
  // Theirs is the last that was written, and stands within what is taken back.
  await writesAt(second, 3, " and a half");
  await expect(first.text).toHaveValue("One and a half two");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(first.text).toHaveValue(" and a half");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(first.text, "nothing else was this tab's").toHaveValue(" and a half");
  await expect(second.text).toHaveValue(" and a half");
  await writesAt(second, 4, " perhaps");
  await expect(first.text).toHaveValue(" and perhaps a half");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(first.text).toHaveValue("One and perhaps a half two");
  await page.keyboard.press("ControlOrMeta+y");
  await expect(first.text, "nothing more to redo").toHaveValue("One and perhaps a half two");
  // What is written after that is a step of its own, and by the menu as by the key.
  await first.focusAtEnd();
  await first.type("!");
  const menu = await page.context().newCDPSession(page);
  await menu.send("Input.dispatchKeyEvent", { type: "keyDown", commands: ["Undo"] });
  await expect(first.text).toHaveValue("One and perhaps a half two");
  await first.saved();
  await expect(second.text).toHaveValue("One and perhaps a half two");
  // A browser that asks nobody, or a script: the same step, and nothing of the other's.
  await page.evaluate(() => document.execCommand("undo"));
  await expect(first.text).toHaveValue(" and perhaps a half");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(first.text).toHaveValue("One and perhaps a half two");
  await first.saved();
  await expect(second.text).toHaveValue("One and perhaps a half two");
});

test("E7 C3 what was undone before another tab wrote is redone after it, and what was not can still be", async ({ page }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  await first.text.focus();
  await first.type("one");
  await page.keyboard.press("Home");
  await first.type("two ");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(first.text).toHaveValue("one");
  await first.saved();
  const second = await Editor.open(await page.context().newPage(), first.id);
  await page.bringToFront();
  // The caret is not in the text when the other's words come.
  await page.locator("header a").first().focus();
  await writesAt(second, 3, " three");
  await expect(first.text).toHaveValue("one three");
  await first.text.focus();
  await page.keyboard.press("ControlOrMeta+y");
  await expect(first.text).toHaveValue("two one three");
  for (const left of ["one three", " three"]) {
    await page.keyboard.press("ControlOrMeta+z");
    await expect(first.text).toHaveValue(left);
  }
  await first.saved();
  await expect(second.text).toHaveValue(" three");
});

test("what is typed into a document that another tab has thrown away is saved as soon as it is out of the trash", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("The harbour", "The lamp.");
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await own.http.delete(`/api/documents/${id}`);
  await editor.focusAtEnd();
  await editor.type(" And the door.");
  await editor.is("cannot-save", 15_000);
  await expect(editor.status).toContainText("is in the trash");
  // A link to it leads to where it is.
  const other = await page.context().newPage();
  await other.goto(`/documents/${id}`);
  await expect(other.getByRole("main").getByRole("status")).toContainText("The harbour");
  await other.getByRole("button", { name: "Restore The harbour" }).click();
  await editor.saved();
  expect(await own.text(id)).toBe("The lamp. And the door.");
});

async function caret(editor: Editor, at: number): Promise<void> {
  await editor.text.focus();
  await editor.text.evaluate((area: HTMLTextAreaElement, at) => area.setSelectionRange(at, at), at);
}

test("E6 a save on an old head is a conflict with what is missing, and changes nothing", async ({ api }) => {
  const own = await api(ada);
  const id = await own.create("", "");
  const { head } = await own.draft(id);
  const save = (writer: string, inserted: string) =>
    own.http.patch(`/api/documents/${id}/draft`, {
      data: { writer, base_head: head, seq: 1, edits: [[0, 0, inserted]] },
    });
  const [one, two] = [randomUUID(), randomUUID()];
  const receipt = await save(one, "A");
  expect(receipt.status()).toBe(200);
  const again = await save(one, "A");
  expect(await again.json(), "E5: a retry gets the same receipt").toEqual(await receipt.json());
  const behind = await save(two, "B");
  expect(behind.status()).toBe(409);
  const { code, edits } = (await behind.json()) as { code: string; edits: unknown };
  expect(code).toBe("conflict");
  expect(edits).toEqual([[0, 0, "A"]]);
  expect(await own.text(id)).toBe("A");
});

test("C4 signing in once revives every tab, and each saves what it has", async ({ page, api, control }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  const second = await Editor.create(await page.context().newPage());
  await control.advance(2 * 24 * 60 * 60);
  for (const [editor, typed] of [
    [first, "written in the first tab"],
    [second, "written in the second"],
  ] as const) {
    await editor.page.bringToFront();
    await editor.text.focus();
    await editor.type(typed);
    await editor.phase("expired");
  }
  await first.page.bringToFront();
  const signIns = (await control.calls("InitiateAuth")).length;
  await first.signInInPlace(ada);
  for (const editor of [first, second]) {
    await editor.phase("quiet", 2_500);
    await editor.is("saved", 2_500);
    await expect(editor.dialog).toBeHidden();
  }
  expect((await control.calls("InitiateAuth")).length).toBe(signIns + 1);
  const other = await api(ada);
  expect(await other.text(first.id)).toBe("written in the first tab");
  expect(await other.text(second.id)).toBe("written in the second");
});

test("B7 all tabs show the same second", async ({ page }) => {
  await signIn(page, ada);
  const editors = [await Editor.create(page)];
  for (let n = 0; n < 2; n += 1) editors.push(await Editor.create(await page.context().newPage()));
  await expect(async () => {
    const shown = await Promise.all(editors.map((editor) => editor.remainingSeconds()));
    expect(Math.max(...shown) - Math.min(...shown)).toBeLessThanOrEqual(1);
  }).toPass({ timeout: 5_000 });
});
