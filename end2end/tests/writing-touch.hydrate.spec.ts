import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { put, ready, shows } from "../support/writing.ts";

/** What stands there, which button is tapped, and what stands there then. */
const CASES: [before: string, button: string, after: string][] = [
  ["a ‹word› b", "Bold", "a **‹word›** b"],
  ["a **wo¦rd** b", "Bold", "a wo¦rd b"],
  ["a ‹word› b", "Italic", "a *‹word›* b"],
  ["see ‹this›", "Link", "see [this](¦)"],
  ["on¦e", "Heading", "# on¦e"],
  ["# on¦e", "Heading", "## on¦e"],
  ["### on¦e", "Heading", "on¦e"],
  ["#### on¦e", "Heading", "on¦e"],
  ["¦", "List", "- ¦"],
  ["mi¦lk", "List", "- mi¦lk"],
  ["- mi¦lk", "List", "mi¦lk"],
  ["2. mi¦lk", "List", "- mi¦lk"],
  ["> mi¦lk", "List", "> - mi¦lk"],
  ["‹milk\n\n- bread›", "List", "- ‹milk\n\n- bread›"],
  ["- mi¦lk", "Task", "- [ ] mi¦lk"],
  ["- [x] mi¦lk", "Task", "mi¦lk"],
  ["  * mi¦lk", "Task", "  - [ ] mi¦lk"],
];

test.describe("a phone", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test("buttons stand in for the keys that a phone has not got; the text keeps the focus, and undo takes each back", async ({
    page,
    api,
  }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await ready(page);
    const format = page.getByRole("group", { name: "Format" });
    for (const button of await format.getByRole("button").all()) {
      const box = await button.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(40);
      expect(box?.width).toBeGreaterThanOrEqual(24);
    }
    for (const [before, button, after] of CASES) {
      await put(editor, before);
      await format.getByRole("button", { name: button, exact: true }).tap();
      await shows(editor, after);
      await expect(editor.text).toBeFocused();
      await page.getByRole("button", { name: "Undo" }).tap();
      await expect(editor.text).toHaveValue(before.replace(/[¦‹›]/g, ""));
    }
    await put(editor, "mi¦lk");
    await format.getByRole("button", { name: "Task" }).tap();
    await editor.saved();
    expect(await (await api(ada)).text(editor.id)).toBe("- [ ] milk");
  });

  test("Undo takes back the text's last words, wherever the focus is, and not what was written elsewhere", async ({ page, api }) => {
    const own = await api(ada);
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await ready(page);
    await editor.text.focus();
    await editor.type("one");
    await editor.saved();
    const { head } = await own.draft(editor.id);
    await own.http.patch(`/api/documents/${editor.id}/draft`, {
      data: { writer: "elsewhere", base_head: head, seq: 1, edits: [[3, 0, " two"]] },
    });
    await expect(editor.text).toHaveValue("one two");
    await page.getByRole("button", { name: "Find", exact: true }).tap();
    const query = page.getByRole("textbox", { name: "Find this" });
    await query.fill("x");
    await page.getByRole("button", { name: "Undo" }).tap();
    await expect(editor.text).toHaveValue(" two");
    await expect(query).toHaveValue("x");
    await editor.saved();
    expect(await own.text(editor.id)).toBe(" two");
  });

  test("there is help with the signs, and none with keys that a phone has not got", async ({ page, a11y }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await ready(page);
    await page.getByRole("button", { name: "Help" }).tap();
    const help = page.getByRole("dialog", { name: "Help with writing" });
    await expect(help).toContainText("the first row of a table");
    await expect(help.getByText("Ctrl+B")).toBeHidden();
    await a11y(page);
    await help.getByRole("button", { name: "Close" }).tap();
    await expect(editor.text).toBeFocused();
  });

  test("above the keyboard at least eight lines are seen, five below the warning, and everything can still be reached", async ({
    page,
    api,
    control,
    a11y,
  }) => {
    const id = await (await api(ada)).create("The lighthouse keeper's log", "The wind is turning west.\n".repeat(60));
    await signIn(page, ada);
    const editor = await Editor.open(page, id);
    await ready(page);
    await editor.text.tap();
    // What a keyboard leaves: the page is resized by it (`interactive-widget`).
    const room = { width: 390, height: 450 };
    await page.setViewportSize(room);
    const lines = async (): Promise<number> => {
      const box = await editor.text.boundingBox();
      const line = await editor.text.evaluate((area) => parseFloat(getComputedStyle(area).lineHeight));
      return (Math.min(room.height, (box?.y ?? 0) + (box?.height ?? 0)) - (box?.y ?? 0)) / line;
    };
    expect(await lines()).toBeGreaterThanOrEqual(8);
    // The row is moved sideways, and no key press moves anything.
    const format = page.getByRole("group", { name: "Format" });
    const link = format.getByRole("button", { name: "Link" });
    expect(((await link.boundingBox())?.y ?? 0) - ((await format.getByRole("button", { name: "Bold" }).boundingBox())?.y ?? 1)).toBe(0);
    await control.advance(24 * 60 * 60 - 7 * 60);
    await editor.wake();
    await editor.phase("warning");
    await expect(editor.banner).toContainText("minutes");
    expect(await lines()).toBeGreaterThanOrEqual(5);
    await expect(page.getByRole("button", { name: "Sign in now" })).toBeInViewport({ ratio: 1 });
    await expect(editor.status).toBeInViewport({ ratio: 1 });
    const before = await editor.text.boundingBox();
    await editor.type("Here ");
    await editor.saved();
    const after = await editor.text.boundingBox();
    expect([after?.y, after?.height]).toEqual([before?.y, before?.height]);
    for (const button of await page.getByRole("button").all()) {
      if (!(await button.isVisible())) continue;
      const box = await button.boundingBox();
      if ((box?.width ?? 0) > 1) expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
    }
    await a11y(page);
    // The title has given way, and is there as soon as it is wanted.
    await page.keyboard.press("Shift+Tab");
    await editor.title.focus();
    await expect(editor.title).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("link", { name: "Preview" })).toBeInViewport({ ratio: 1 });
    await editor.title.blur();
    await expect(editor.title).toBeInViewport({ ratio: 1 });
  });

  test("a title has a line of its own", async ({ page }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    const [title, form] = await Promise.all([editor.title.boundingBox(), page.locator(".editor-bar").boundingBox()]);
    expect(title?.width).toBe(form?.width);
  });
});

test("with a keyboard there are keys, and no row of buttons", async ({ page }) => {
  await signIn(page, ada);
  await Editor.create(page);
  await ready(page);
  await expect(page.getByRole("group", { name: "Format", includeHidden: true })).toBeHidden();
  await expect(page.getByRole("button", { name: "Undo" })).toBeHidden();
});
