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
