import { ada, bob, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";
import { put, ready, shows } from "../support/writing.ts";

const TEXT = "# The log\n\nThe **lamp** of Ada.\n\n```\n# no heading\n```\n\nBoats\n-----\n\n### In the morning\n\nA last line.\n";

test("words and characters are counted, of the selection too, as people count them", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const counts = page.locator("[data-counts]");
  await put(editor, "¦");
  await expect(counts).toHaveText(/^\s*0 words\s*0 characters/);
  await put(editor, "It’s one 👨‍👩‍👧 café.¦");
  await expect(counts).toHaveText(/^\s*3 words\s*16 characters/);
  await put(editor, "今日は良い天気¦");
  await expect(counts).toHaveText(/^\s*[3-5] words\s*7 characters/);
  await put(editor, `${"word ".repeat(2_000)}¦`);
  await expect(counts).toHaveText(/^\s*2,000 words\s*10,000 characters/);
  await expect(counts.getByText("selected")).toBeHidden();
  // Signs are no words; only characters.
  await put(editor, "# One\n\n- [x] two\n> 1. [ ] three\n* four\n12) five x\n---\n[x] six¦");
  await expect(counts).toHaveText(/^\s*8 words/);
  await put(editor, "‹one›, two");
  await expect(counts).toHaveText(/^\s*1 word\s*3 characters\s*selected/);
  await expect(counts.getByText("selected")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(counts).toHaveText(/^\s*2 words/);
  // Nobody is told at every letter.
  expect(await counts.evaluate((count) => count.closest("[aria-live], [role=status], output"))).toBeNull();
});

test("the outline lists the headings and leads to them, by the keyboard alone", async ({ page, api, a11y }) => {
  const id = await (await api(ada)).create("Log", TEXT + "\nLine.\n".repeat(300) + "\n## Last\n");
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  const button = page.getByRole("button", { name: "Outline" });
  const outline = page.getByRole("navigation", { name: "Outline" });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(outline.getByRole("button")).toHaveText(["The log", "Boats", "In the morning", "Last"]);
  await expect(outline.locator("ol ol ol").getByRole("button")).toHaveText(["In the morning"]);
  await a11y(page);
  await page.keyboard.press("Escape");
  await expect(outline).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(outline.getByRole("button", { name: "The log" })).toBeFocused();
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(outline).toBeHidden();
  await expect(editor.text).toBeFocused();
  const [at, top] = await editor.text.evaluate((area: HTMLTextAreaElement) => [area.selectionStart, area.scrollTop]);
  expect((await editor.value()).slice(at)).toBe("## Last\n");
  expect(top).toBeGreaterThan(1_000);
  await put(editor, "¦no heading");
  await button.click();
  await expect(outline).toHaveText(/No headings yet/);
});

test("the keys are listed in a dialog, from a button and by a key", async ({ page, a11y }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "a¦b");
  const dialog = page.getByRole("dialog", { name: "Help with writing" });
  await page.keyboard.press("ControlOrMeta+/");
  await expect(dialog).toBeVisible();
  await a11y(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(editor.text).toBeFocused();
  await shows(editor, "a¦b");
  await page.getByRole("button", { name: "Help" }).click();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toBeHidden();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 390, height: 700 } });

    test(`F8 on a phone, ${colorScheme}, everything fits and is accessible, and the preview takes the place of the text`, async ({
      page,
      api,
      a11y,
    }) => {
      const id = await (await api(ada)).create("Log", `${TEXT}\n- [ ] lamp\n`);
      await signIn(page, ada);
      const editor = await Editor.open(page, id);
      await ready(page);
      await page.getByRole("button", { name: "Find", exact: true }).click();
      await page.getByRole("textbox", { name: "Find this" }).fill("lamp");
      await expect(page.getByRole("search").getByRole("status")).toHaveText("1 of 2");
      await a11y(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await page.keyboard.press("Escape");
      const preview = page.getByRole("region", { name: "Preview" });
      await page.getByRole("link", { name: "Preview" }).click();
      await expect(preview.getByRole("checkbox", { name: "lamp" })).toBeVisible();
      await expect(page.locator("textarea")).toBeHidden();
      expect((await preview.boundingBox())?.height).toBeGreaterThan(400);
      await a11y(page);
      await preview.getByRole("checkbox", { name: "lamp" }).check();
      await expect(page.locator("textarea")).toHaveValue(/- \[x\] lamp/);
      await editor.saved();
      // Who looks for something wants to see the text.
      await page.getByRole("button", { name: "Outline" }).click();
      await page.getByRole("navigation", { name: "Outline" }).getByRole("button", { name: "Boats" }).click();
      await expect(preview).toBeHidden();
      await expect(editor.text).toBeFocused();
    });
  });
}

test("a task ticks in the preview, by an edit like any other; elsewhere its box is only shown", async ({ page, api }) => {
  const other = await api(ada);
  const text = "😀 first\r\n\r\n- [ ] the lamp\r\n- [x] **door** &amp; [map](https://example.com)\r\n\r\n1. [ ] paint\r\n";
  const id = await other.create("Tasks", text);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  const shown = text.replaceAll("\r\n", "\n");
  await editor.text.evaluate((area: HTMLTextAreaElement) => {
    area.focus();
    area.setSelectionRange(3, 5);
  });
  await page.getByRole("link", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  const lamp = preview.getByRole("checkbox", { name: "the lamp" });
  await lamp.focus();
  await page.keyboard.press("Space");
  await shows(editor, shown.replace("[ ] the", "[x] the").replace("fir", "f‹ir›").replace("f‹ir›", "‹fi›r"));
  await editor.saved();
  expect((await other.draft(id)).text).toBe(shown.replace("[ ] the", "[x] the"));
  // The preview has been drawn again meanwhile: the focus is still there.
  await expect(lamp).toBeChecked();
  await expect(lamp).toBeFocused();
  await preview.getByText("door").click();
  await expect.poll(() => editor.value()).toBe(shown.replace("[ ] the", "[x] the").replace("[x] **", "[ ] **"));
  await editor.text.focus();
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => editor.value()).toBe(shown);
  await editor.saved();
  await page.goto(`/documents/${id}/read`);
  await expect(page.getByRole("checkbox", { name: "the lamp" })).toBeDisabled();
  await expect(page.getByRole("checkbox")).toHaveCount(3);
});

test("a box whose task has moved away ticks nothing", async ({ page, api }) => {
  const id = await (await api(ada)).create("Tasks", "- [ ] one\n- [ ] two\n");
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  await page.getByRole("link", { name: "Preview" }).click();
  const box = page.getByRole("checkbox", { name: "one" });
  await expect(box).toBeVisible();
  // Nothing more is saved or shown: the preview stays as it is.
  await page.route("**/draft", () => undefined);
  for (const marked of ["- [ ] new\n- [ ] one\n- [ ] two\n¦", "no list\n¦", "¦"]) {
    await put(editor, marked);
    await box.click();
    await expect(box).not.toBeChecked();
    expect(await editor.value()).toBe(marked.replace("¦", ""));
  }
});

test("the preview asks once for a text, not for every letter, and not for what it has", async ({ page, api }) => {
  const id = await (await api(ada)).create("Log", TEXT);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  let under = 0;
  let most = 0;
  let asked = 0;
  await page.route("**/preview", async (route) => {
    asked += 1;
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setTimeout(resolve, 300));
    under -= 1;
    await route.continue();
  });
  const preview = page.getByRole("region", { name: "Preview" });
  await page.getByRole("link", { name: "Preview" }).click();
  await expect(preview.locator("strong")).toHaveText("lamp");
  expect(asked).toBe(1);
  await editor.focusAtEnd();
  await editor.type("Some words, typed while it is looked at, again and again and again.", 40);
  await expect(preview).toContainText("again and again and again.");
  expect(most).toBe(1);
  expect(asked).toBeLessThan(8);
  await editor.saved();
  const before = asked;
  await editor.wake();
  await page.keyboard.press("ControlOrMeta+s");
  await page.getByRole("button", { name: "Save a version" }).click();
  await expect(page.getByText("Version 1 saved")).toBeVisible();
  expect(asked).toBe(before);
});

test("C7 another user at the same screen finds nothing of what was looked for, listed and counted", async ({ page, api, control }) => {
  const id = await (await api(ada)).create("Log", TEXT.replace("The log", "Secretheading"));
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  await page.getByRole("button", { name: "Outline" }).click();
  await expect(page.getByRole("navigation", { name: "Outline" })).toContainText("Secretheading");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.getByRole("textbox", { name: "Find this" }).fill("Secretheading");
  await page.getByRole("textbox", { name: "Replace with" }).fill("Secretwords");
  await expect(page.getByRole("search").getByRole("status")).toHaveText("1 of 1");
  const counts = page.locator("[data-counts]");
  await expect(counts).toHaveText(/^\s*\d+ words/);
  await control.advance(2 * 24 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await fillIn(editor.dialog, bob);
  await editor.phase("sealed");
  const left = () =>
    page.evaluate(() => [
      document.querySelector(".editor")?.innerHTML.includes("Secret"),
      [...document.querySelectorAll<HTMLInputElement>("input")].some(({ value }) => /Secret/.test(value)),
      document.querySelectorAll(".editor-found i, .outline li").length,
      document.querySelector("[data-counts]")?.textContent?.replace("selected", "").trim(),
    ]);
  await expect.poll(left).toEqual([false, false, 0, ""]);
  await expect(page.getByRole("button", { name: "Outline" })).toBeHidden();
  await page.getByRole("main").getByRole("button", { name: "Sign in now" }).click();
  await fillIn(editor.dialog, ada);
  await editor.phase("quiet");
  await expect(counts).toHaveText(/^\s*\d+ words/);
  await put(editor, "- back¦");
  await page.keyboard.press("Enter");
  await shows(editor, "- back\n- ¦");
});
