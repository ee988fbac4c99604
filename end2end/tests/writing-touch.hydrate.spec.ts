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
    await expect(page.getByRole("button", { name: "Shortcuts" })).toBeHidden();
    for (const [before, button, after] of CASES) {
      await put(editor, before);
      await format.getByRole("button", { name: button, exact: true }).tap();
      await shows(editor, after);
      await expect(editor.text).toBeFocused();
      await page.evaluate(() => document.execCommand("undo"));
      await expect(editor.text).toHaveValue(before.replace(/[¦‹›]/g, ""));
    }
    await put(editor, "mi¦lk");
    await format.getByRole("button", { name: "Task" }).tap();
    await editor.saved();
    expect(await (await api(ada)).text(editor.id)).toBe("- [ ] milk");
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
  await expect(page.getByRole("button", { name: "Shortcuts" })).toBeVisible();
});
