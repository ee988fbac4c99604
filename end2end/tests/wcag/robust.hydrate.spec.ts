import { contrast } from "../../support/look.ts";
import { ada, axe, Editor, expect, own, signIn } from "../../support/site.ts";

const DAY = 24 * 60 * 60;

own("F8 WCAG 4.1.2 Name, Role, Value: on the list, in the editor, with menu, warning and dialog open", async ({
  page,
  control,
}) => {
  let looked = 0;
  const look = async (): Promise<void> => {
    const told = await axe(page);
    expect(told.get("wcag412")).toEqual([]);
    looked += told.size;
  };
  await signIn(page, ada);
  await page.locator("summary", { hasText: "Import" }).click();
  await look();
  const editor = await Editor.create(page);
  await page.getByText("More", { exact: true }).click();
  await look();
  await expect(editor.text).toHaveRole("textbox");
  await expect(editor.text).toHaveAccessibleName("Document text");
  await expect(editor.title).toHaveAccessibleName("Title");
  await control.advance(DAY - 5 * 60);
  await editor.wake();
  await editor.phase("warning");
  await expect(page.getByRole("region", { name: "Your sign-in" })).toBeVisible();
  await look();
  await page.getByText("More", { exact: true }).click();
  await editor.openDialog();
  await look();
  await expect(editor.dialog).toHaveAccessibleName("Sign in to continue");
  expect(looked).toBeGreaterThan(40);
});

own("F8 WCAG 4.1.3 Status Messages: saved, found, kept and about to end are said without taking the focus", async ({
  page,
  control,
  api,
}) => {
  await (await api(ada)).create("The harbour", "boats");
  await signIn(page, ada);
  await expect(page.locator("html[data-alive]")).toBeAttached();
  const search = page.getByRole("searchbox");
  await search.focus();
  await page.keyboard.type("boats");
  await expect(page.getByRole("status").filter({ hasText: "1 document found" })).toBeVisible();
  await expect(search).toBeFocused();

  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Words.");
  await editor.saved();
  await expect(editor.status).toHaveRole("status");
  await page.getByRole("button", { name: "Save a version" }).press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "Version 1 saved" })).toBeVisible();
  await editor.text.focus();
  await control.advance(DAY - 5 * 60);
  await editor.wake();
  await editor.phase("warning");
  await expect(editor.banner.locator("[aria-live=polite]")).toContainText("You need to sign in again in less than");
  await expect(editor.banner.locator("[aria-live=assertive]")).toHaveText("");
  await expect(editor.text).toBeFocused();
  await page.route("**/draft", (route) => route.fulfill({ status: 503, json: { code: "cannot_save" } }));
  await editor.type(" More.");
  await editor.is("cannot-save");
  await expect(editor.status).toHaveAttribute("aria-live", "polite");
  await expect(editor.text).toBeFocused();
});

own("F8 forced colours: what is pressed, focused and saved can be seen, from warning to end", async ({ page, control }) => {
  await page.emulateMedia({ forcedColors: "active" });
  // axe reads colours that are not drawn here (`-webkit-text-fill-color`): contrast is measured below.
  const look = async (): Promise<void> => {
    const told = [...(await axe(page))].filter(([rule]) => !/contrast|^wcag14/.test(rule));
    expect(told.flatMap(([, found]) => found)).toEqual([]);
  };
  await signIn(page, ada);
  const seen = (selector: string): Promise<{ text: string; border: string; background: string; outline: string }> =>
    page.locator(selector).first().evaluate((one) => {
      const { color: text, borderTopColor: border, backgroundColor: background, outlineColor: outline } = getComputedStyle(one);
      return { text, border, background, outline };
    });
  const button = await seen(".button-primary");
  expect(button.border).not.toBe(button.background);
  expect(await contrast(page, button.text, button.background)).toBeGreaterThanOrEqual(7);
  await look();
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Seen.");
  await editor.saved();
  // The ring that is transparent otherwise is drawn.
  expect((await seen(".editor-text")).outline).not.toMatch(/, 0\)$|transparent/);
  const dot = await editor.status.evaluate((status) => getComputedStyle(status, "::before").backgroundColor);
  expect(dot).not.toBe(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  await control.advance(DAY - 5 * 60);
  await editor.wake();
  await editor.phase("warning");
  const warning = await seen(".button-accent");
  expect(warning.border).not.toBe(warning.background);
  await look();
  await control.advance(2 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await look();
});
