import { ada, bob, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";

const TEXT = "# The log\n\nThe **lamp** was trimmed at seven.\n\n- [x] lamp\n- [ ] door\n\n| boat | hour |\n|---|---|\n| Ada | nine |\n";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`the preview, beside the text and as a page, is accessible, ${colorScheme}`, async ({ page, api, a11y }) => {
      const id = await (await api(ada)).create("The log", TEXT);
      await signIn(page, ada);
      await Editor.open(page, id);
      await page.getByRole("link", { name: "Preview" }).click();
      await expect(page.getByRole("region", { name: "Preview" }).getByRole("heading", { name: "The log" })).toBeVisible();
      await a11y(page);
      await page.goto(`/documents/${id}/read`);
      await expect(page.getByRole("heading", { name: "The log" })).toHaveCount(2);
      await a11y(page);
    });
  });
}

test("the preview follows what is typed, and typing keeps focus, caret and undo", async ({ page, api }) => {
  const id = await (await api(ada)).create("", "One **word**");
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  const preview = page.getByRole("region", { name: "Preview" });
  const link = page.getByRole("link", { name: "Preview" });
  await link.click();
  await expect(link).toHaveAttribute("aria-expanded", "true");
  await expect(preview.locator("strong")).toHaveText("word");
  await editor.text.click();
  await editor.focusAtEnd();
  await editor.type(" and *another*");
  await expect(preview.locator("em")).toHaveText("another");
  await expect(editor.text).toBeFocused();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(preview.locator("em")).toHaveCount(0);
  await link.click();
  await expect(preview).toHaveCount(0);
  await expect(link).toHaveAttribute("aria-expanded", "false");
});

/** Chapters and paragraphs of which each has a line of its own to be found by; and so many empty lines in one place that no
 * share of the whole tells where anything is. */
const LONG = Array.from({ length: 120 }, (_, n) =>
  n % 6 === 0 ? `${"\n".repeat(n === 48 ? 300 : 0)}# Chapter ${n}` : n % 5 === 0 ? `- [ ] task ${n}\n- item ${n}, see [there](https://example.com)` : `Day ${n} of the log. ${"The sea was calm. ".repeat(n % 4 === 0 ? 12 : 3)}`,
).join("\n\n");

/** Puts the caret before `words`, where the browser would scroll to. */
const caretAt = (editor: Editor, words: string): Promise<void> =>
  editor.text.evaluate((area: HTMLTextAreaElement, words) => {
    const at = area.value.indexOf(words);
    area.setSelectionRange(at, at);
    area.blur();
    area.focus();
  }, words);

/** How far below the upper edge of the window the caret's line is, by a mirror of the test's own. */
const caretTop = (editor: Editor): Promise<number> =>
  editor.text.evaluate((area: HTMLTextAreaElement) => {
    const style = getComputedStyle(area);
    const mirror = document.createElement("div");
    for (const name of ["fontFamily", "fontSize", "fontWeight", "fontVariantLigatures", "lineHeight", "whiteSpace", "overflowWrap", "tabSize", "padding"] as const) mirror.style[name] = style[name];
    mirror.style.width = `${area.clientWidth}px`;
    mirror.style.position = "absolute";
    const caret = document.createElement("span");
    mirror.append(area.value.slice(0, area.selectionEnd), caret, area.value.slice(area.selectionEnd));
    document.body.append(mirror);
    const down = caret.getBoundingClientRect().top - mirror.getBoundingClientRect().top;
    mirror.remove();
    return area.getBoundingClientRect().top + down - area.scrollTop;
  });

test("opening the preview keeps the line that is written where it is, and shows it beside itself", async ({ page, api }) => {
  const id = await (await api(ada)).create("", LONG);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await caretAt(editor, "Day 81 ");
  const before = await caretTop(editor);
  const link = page.getByRole("link", { name: "Preview" });
  await link.click();
  const day = (n: number) => page.getByRole("region", { name: "Preview" }).locator("p", { hasText: `Day ${n} ` });
  await expect(day(81)).toBeInViewport();
  expect(Math.abs((await caretTop(editor)) - before)).toBeLessThan(4);
  await expect.poll(async () => Math.abs(((await day(81).boundingBox())?.y ?? 0) - before)).toBeLessThan(80);
  // The caret elsewhere, without a scroll of the text.
  const scrolled = await editor.text.evaluate((area) => area.scrollTop);
  await editor.text.evaluate((area: HTMLTextAreaElement) => {
    const at = area.value.indexOf("Day 83 ");
    area.focus({ preventScroll: true });
    area.setSelectionRange(at, at);
  });
  await expect.poll(async () => Math.abs(((await day(83).boundingBox())?.y ?? 0) - (await caretTop(editor)))).toBeLessThan(80);
  expect(await editor.text.evaluate((area) => area.scrollTop)).toBe(scrolled);
  const beside = await caretTop(editor);
  await link.click();
  expect(Math.abs((await caretTop(editor)) - beside)).toBeLessThan(4);
});

test("what is being written stands in the preview at about its own height, wherever it is in a long text", async ({ page, api }) => {
  const id = await (await api(ada)).create("", LONG);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await page.getByRole("link", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("heading", { name: "Chapter 114" })).toBeAttached();
  for (const words of ["Day 7 ", "item 65", "Day 119 "]) {
    await caretAt(editor, words);
    await editor.type(`Now **at ${words.trim()}** `);
    const written = preview.locator("strong", { hasText: `at ${words.trim()}` });
    await expect(written).toBeInViewport();
    await expect.poll(async () => Math.abs(((await written.boundingBox())?.y ?? 0) - (await caretTop(editor)))).toBeLessThan(100);
  }
  // Who scrolls goes through both.
  await editor.text.hover();
  await page.mouse.wheel(0, -100_000);
  await expect(preview.getByRole("heading", { name: "Chapter 0" })).toBeInViewport();
});

test.describe("a phone", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test("the preview in the place of the text has nothing to format, and one way back to writing", async ({ page, api, a11y }) => {
    const id = await (await api(ada)).create("", LONG);
    await signIn(page, ada);
    const editor = await Editor.open(page, id);
    const back = page.getByRole("button", { name: "Back to writing" });
    const format = page.getByRole("group", { name: "Format" });
    await expect(format).toBeVisible();
    await expect(back).toBeHidden();
    await caretAt(editor, "Day 81 ");
    const scrolled = await editor.text.evaluate((area) => area.scrollTop);
    await page.getByRole("link", { name: "Preview" }).tap();
    await expect(page.getByRole("region", { name: "Preview" }).locator("p", { hasText: "Day 81 " })).toBeInViewport();
    await expect(format).toBeHidden();
    await expect(back).toBeInViewport();
    await a11y(page);
    await back.tap();
    await expect(back).toBeHidden();
    await expect(editor.text).toBeFocused();
    await expect(format).toBeVisible();
    expect(await editor.text.evaluate((area) => area.scrollTop)).toBe(scrolled);
  });
});

test("a task that is ticked far from the caret stays under the pointer, and a mouse leads back to writing", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("", `${Array.from({ length: 120 }, (_, n) => `- [ ] Task number ${n}, to be done\n\n`).join("")}The end.`);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  const preview = page.getByRole("region", { name: "Preview" });
  await editor.focusAtEnd();
  const link = page.getByRole("link", { name: "Preview" });
  await link.click();
  await expect(editor.text).toBeFocused();
  await editor.type(" Written.");
  await expect(preview.getByText("The end. Written.")).toBeInViewport();
  const box = preview.getByRole("checkbox", { name: "Task number 20, to be done" });
  await box.scrollIntoViewIfNeeded();
  const before = (await box.boundingBox())?.y ?? 0;
  // Until it is rendered anew.
  await preview.locator(".prose").evaluate((prose) => {
    new MutationObserver(() => (document.documentElement.dataset["anew"] = "")).observe(prose, { childList: true });
  });
  await box.check();
  await expect(page.locator("html[data-anew]")).toBeAttached();
  await editor.saved();
  expect(await own.text(id)).toContain("- [x] Task number 20,");
  await expect(box).toBeChecked();
  expect(Math.abs(((await box.boundingBox())?.y ?? -9999) - before)).toBeLessThan(24);
  await link.click();
  await expect(preview).toHaveCount(0);
  await expect(editor.text).toBeFocused();
});

test("what is typed as HTML is shown as it was typed, and runs nothing", async ({ page, api }) => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>[x](javascript:document.title=1)';
  const id = await (await api(ada)).create("kept", hostile);
  await signIn(page, ada);
  await Editor.open(page, id);
  await page.getByRole("link", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("<script>document.title=1</script>");
  await expect(preview.locator("script, img, [href^=javascript]")).toHaveCount(0);
  expect(await page.title()).toContain("kept");
});

test("C7 another user at the same screen sees nothing of the preview, and it comes back with its owner", async ({
  page,
  api,
  control,
}) => {
  const id = await (await api(ada)).create("", "for **ada** only");
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await page.getByRole("link", { name: "Preview" }).click();
  const strong = page.locator(".preview strong");
  await expect(strong).toHaveText("ada");
  await control.advance(2 * 24 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await expect(strong).toHaveText("ada");
  await editor.openDialog();
  await fillIn(editor.dialog, bob);
  await editor.phase("sealed");
  await expect(strong).toHaveCount(0);
  await page.getByRole("main").getByRole("button", { name: "Sign in now" }).click();
  await fillIn(editor.dialog, ada);
  await editor.phase("quiet");
  await expect(strong).toHaveText("ada");
});
