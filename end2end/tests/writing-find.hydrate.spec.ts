import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { put, ready, shows } from "../support/writing.ts";

const bar = (editor: Editor) => {
  const form = editor.page.getByRole("search", { name: "Find in the text" });
  return {
    form,
    what: form.getByRole("textbox", { name: "Find this" }),
    words: form.getByRole("textbox", { name: "Replace with" }),
    said: form.getByRole("status"),
    press: (name: string) => form.getByRole("button", { name, exact: true }).click(),
  };
};

test("find goes forth and back, minds capitals when told to, and leaves what it found selected", async ({ page, a11y }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { form, what, said } = bar(editor);
  await put(editor, "¦One lamp, two Lamps.\nİstanbul lamp 😀 (lamp)\n");
  await page.keyboard.press("ControlOrMeta+f");
  await expect(what).toBeFocused();
  await what.fill("lamp");
  await expect(said).toHaveText("1 of 4");
  await a11y(page);
  await page.keyboard.press("Enter");
  await expect(said).toHaveText("2 of 4");
  await page.keyboard.press("Shift+Enter");
  await expect(said).toHaveText("1 of 4");
  const previous = form.getByRole("button", { name: "Previous" });
  await previous.click();
  await expect(previous).toBeFocused();
  await expect(said).toHaveText("4 of 4");
  await form.getByRole("checkbox", { name: "Match case" }).check();
  await expect(said).toHaveText(/of 3$/);
  await what.fill("(lamp)");
  await expect(said).toHaveText("1 of 1");
  await page.keyboard.press("Escape");
  await expect(form).toBeHidden();
  await expect(editor.text).toBeFocused();
  await shows(editor, "One lamp, two Lamps.\nİstanbul lamp 😀 ‹(lamp)›\n");
  // What is selected is what is looked for; and once more the key is the browser's.
  await page.keyboard.press("ControlOrMeta+f");
  await expect(what).toHaveValue("(lamp)");
  const taken = await what.evaluate((field) => !field.dispatchEvent(new KeyboardEvent("keydown", { key: "f", ctrlKey: true, bubbles: true, cancelable: true })));
  expect(taken).toBe(false);
  await what.fill("nothing like it");
  await expect(said).toHaveText("Not found");
});

test("what is found is seen and marked, wherever in a long text it stands", async ({ page, api }) => {
  const lines = Array.from({ length: 2_000 }, (_, n) => `Line ${n} of a text that is long enough to be wrapped on most screens, twice even.`);
  lines[1_700] = "The needle.";
  const id = await (await api(ada)).create("Long", lines.join("\n"));
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await bar(editor).what.fill("needle");
  await expect(bar(editor).said).toHaveText("1 of 1");
  const mark = page.locator(".editor-found i");
  await expect(mark).toBeInViewport();
  const [box, area] = [await mark.boundingBox(), await editor.text.boundingBox()];
  expect(box && area && box.y > area.y && box.y < area.y + area.height / 2).toBe(true);
  // The browser's own idea of where that is: what has the focus is scrolled to, if it has to be.
  const before = await editor.text.evaluate((area) => area.scrollTop);
  await page.keyboard.press("Escape");
  await shows(editor, lines.join("\n").replace("needle", "‹needle›"));
  const after = await editor.text.evaluate((area: HTMLTextAreaElement) => {
    area.blur();
    area.focus();
    return area.scrollTop;
  });
  expect(Math.abs(after - before)).toBeLessThan(area?.height ?? 0);
  // The caret comes out where the mark was: typing there is seen without another scroll.
  await editor.type("thread");
  expect(await editor.text.evaluate((area) => area.scrollTop)).toBe(after);
});

test("on a phone, too, the mark lies on what is found, however far down a long text", async ({ page, api }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const paragraph = "The harbour lamp was trimmed at seven, and nobody saw it burn; so it goes on and on, from here to there. ".repeat(5);
  const text = Array.from({ length: 400 }, (_, n) => `Paragraph ${n}. ${paragraph}`).join("\n\n");
  const id = await (await api(ada)).create("Long", text);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  await page.getByRole("button", { name: "Find", exact: true }).click();
  const shown = page.locator(".editor-found i[data-shown]");
  for (const what of ["Paragraph 20.", "Paragraph 390."]) {
    await bar(editor).what.fill(what);
    await expect(bar(editor).said).toHaveText("1 of 1");
    await expect(shown).toBeInViewport();
    // The browser's own idea of what stands there.
    const at = (): Promise<number | undefined> =>
      shown.evaluate((mark) => {
        const { left, top, height } = mark.getBoundingClientRect();
        return document.caretPositionFromPoint(left + 1, top + height / 2)?.offset;
      });
    await expect.poll(at, what).toBe(text.indexOf(what));
  }
});

test("everything that is found and seen is marked, the place that is shown more than the others, and only whole words where wanted", async ({
  page,
  api,
}) => {
  const lines = Array.from({ length: 9_000 }, (_, n) => `Line ${n}: a cat, a catalogue, a tomcat and Cat's cradle, in a text that is long.`);
  const id = await (await api(ada)).create("Long", lines.join("\n"));
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  await page.getByRole("button", { name: "Find", exact: true }).click();
  const { form, what, said, press } = bar(editor);
  await what.fill("cat");
  await expect(said).toHaveText("1 of 36000");
  const marks = page.locator(".editor-found i");
  const shown = page.locator(".editor-found i[data-shown]");
  await expect(shown).toHaveCount(1);
  const seen = async (): Promise<number> => {
    const area = await editor.text.boundingBox();
    return marks.evaluateAll((all, [top, bottom]) => all.map((one) => one.getBoundingClientRect()).filter((box) => top < box.top && box.bottom < bottom).length, [
      area?.y ?? 0,
      (area?.y ?? 0) + (area?.height ?? 0),
    ] as const);
  };
  const onScreen = await seen();
  expect(onScreen).toBeGreaterThan(30);
  // Not 36,000 elements: only what is near.
  expect(await marks.count()).toBeLessThan(1_001);
  await form.getByRole("checkbox", { name: "Whole words" }).check();
  await expect(said).toHaveText("1 of 18000");
  await press("Previous");
  await expect(said).toHaveText("18000 of 18000");
  await expect(shown).toBeInViewport();
  expect(await seen()).toBeGreaterThan(10);
  await editor.text.hover();
  await page.mouse.wheel(0, -20_000);
  await expect(shown).not.toBeInViewport();
  await expect.poll(seen).toBeGreaterThan(10);
});

test("what find has left selected, and what is selected out of sight, is not counted as a selection", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const counts = page.locator("[data-counts]");
  const selected = counts.getByText("selected");
  await put(editor, "‹one› two three");
  await expect(selected).toBeVisible();
  // A selection is seen where the focus is.
  await editor.title.focus();
  await expect(selected).toBeHidden();
  await expect(counts).toHaveText(/^\s*3 words/);
  await editor.text.focus();
  await expect(selected).toBeVisible();
  await put(editor, "¦one two three");
  await page.keyboard.press("ControlOrMeta+f");
  await bar(editor).what.fill("two");
  await expect(bar(editor).said).toHaveText("1 of 1");
  await page.keyboard.press("Escape");
  await shows(editor, "one ‹two› three");
  // The count waits for a pause: only what it says after the next one tells something.
  await page.keyboard.press("Shift+ArrowRight");
  await expect(counts).toHaveText(/^\s*1 word\s*4 characters/);
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(counts).toHaveText(/^\s*3 words/);
  await expect(selected).toBeHidden();
});

test("replace takes one after the other, replace all takes one undo, and the server has what is shown", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { what, words, said, press } = bar(editor);
  const lines = Array.from({ length: 300 }, (_, n) => `- cat ${n} & <cat>\t cat\n`).join("");
  await put(editor, `¦${lines}`);
  await page.keyboard.press("ControlOrMeta+f");
  await what.fill("cat");
  await expect(said).toHaveText("1 of 900");
  await words.fill("dog\u00a0$&");
  await words.press("Enter");
  await expect(said).toHaveText("1 of 899");
  await expect(words).toBeFocused();
  expect(await editor.value()).toBe(lines.replace("cat", () => "dog\u00a0$&"));
  await press("Replace all");
  await expect(said).toHaveText("899 replaced");
  const all = lines.replaceAll("cat", () => "dog\u00a0$&");
  expect(await editor.value()).toBe(all);
  await editor.saved();
  expect((await (await api(ada)).draft(editor.id)).text).toBe(all);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+z");
  expect(await editor.value()).toBe(lines.replace("cat", () => "dog\u00a0$&"));
  await page.keyboard.press("ControlOrMeta+z");
  expect(await editor.value()).toBe(lines);
  await editor.saved();
  expect((await (await api(ada)).draft(editor.id)).text).toBe(lines);
});

test("E12 replace all changes the places and nothing between them: what another window writes there stays there", async ({
  page,
  api,
}) => {
  const other = await api(ada);
  const lines = Array.from({ length: 40 }, (_, n) => `The cat of day ${n}.\n`).join("");
  const id = await other.create("Cats", lines);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  await editor.text.focus();
  // Held back, so that the other window's words come first.
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/draft", async (route) => {
    await held;
    await route.continue();
  });
  await page.route("**/api/events*", (route) => route.abort());
  await page.keyboard.press("ControlOrMeta+f");
  await bar(editor).what.fill("cat");
  await expect(bar(editor).said).toHaveText("1 of 40");
  await bar(editor).words.fill("dog");
  await bar(editor).press("Replace all");
  await expect(bar(editor).said).toHaveText("40 replaced");
  const { head } = await other.draft(id);
  const at = lines.indexOf("day 20");
  const answer = await other.http.patch(`/api/documents/${id}/draft`, {
    data: { writer: "elsewhere", base_head: head, seq: 1, edits: [[at, 6, "Sunday"]] },
  });
  expect(answer.status()).toBe(200);
  release();
  await editor.saved();
  const wanted = lines.replaceAll("cat", "dog").replace("day 20", "Sunday");
  await expect.poll(() => editor.value()).toBe(wanted);
  expect((await other.draft(id)).text).toBe(wanted);
});
