import type { Locator, Page } from "@playwright/test";
import { walk } from "../../support/look.ts";
import { ada, Editor, expect, own, signIn } from "../../support/site.ts";

/** Presses Tab until this has the focus, as a person would who sees where it is. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let n = 0; n < 60; n += 1) {
    if (await wanted.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${wanted} by Tab`);
}

async function press(page: Page, role: "button" | "link", name: string | RegExp): Promise<void> {
  await tabTo(page, page.getByRole(role, { name, exact: typeof name === "string" }).first());
  await page.keyboard.press("Enter");
}

own("F8 WCAG 2.1.1 Keyboard: sign in, write, keep a version, bring it back, sign out, without a pointer", async ({
  page,
  api,
}) => {
  await page.goto("/sign-in");
  await tabTo(page, page.getByLabel("Email"));
  await page.keyboard.type(ada.email);
  await tabTo(page, page.getByLabel("Password"));
  await page.keyboard.type(ada.password);
  await press(page, "button", "Sign in");
  await press(page, "button", "New document");
  const editor = new Editor(page);
  await editor.alive();
  await tabTo(page, editor.title);
  await page.keyboard.type("By hand");
  await tabTo(page, editor.text);
  await page.keyboard.type("First words.");
  await editor.saved();
  await page.keyboard.press("Shift+Tab");
  await press(page, "button", "Save a version");
  await expect(page.getByText("Version 1 saved")).toBeVisible();
  await tabTo(page, editor.text);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Other words.");
  await editor.saved();
  const { id } = editor;
  await press(page, "link", "History");
  await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
  await press(page, "link", "Version 1");
  await press(page, "button", "Restore");
  await editor.alive();
  expect(await (await api(ada)).text(id)).toBe("First words.");
  await tabTo(page, page.getByText("More", { exact: true }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Account" })).toBeVisible();
  await press(page, "button", "Sign out");
  await expect(page).toHaveURL(/\/sign-in/);
});

own("F8 WCAG 2.1.2 No Keyboard Trap: Tab leaves every page and the text, Escape the dialog", async ({ page, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("words");
  await page.keyboard.press("Tab");
  await expect(editor.text).not.toBeFocused();
  expect(await editor.value()).toBe("words");
  await page.keyboard.press("Shift+Tab");
  await expect(editor.text).toBeFocused();
  await control.advance(2 * 24 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await page.keyboard.press("Escape");
  await expect(editor.dialog).toBeHidden();
  expect((await walk(page)).length).toBeGreaterThan(5);
});

own("F8 WCAG 2.1.4 Character Key Shortcuts: letters act in the list only, never while one types or reads", async ({
  page,
  api,
}) => {
  const mine = await api(ada);
  await mine.create("One", "");
  await signIn(page, ada);
  await expect(page.locator("html[data-alive]")).toBeAttached();
  const letters = [..."abcdefghijklmnopqrstuvwxyz/?."];
  for (const letter of letters) await page.keyboard.press(letter);
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("searchbox")).not.toBeFocused();
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("n");
  await expect(page.getByRole("searchbox")).toHaveValue("n");
  expect(await mine.documents()).toHaveLength(1);
  const editor = await Editor.create(page);
  await editor.text.focus();
  for (const letter of letters) await page.keyboard.press(letter);
  expect(await editor.value()).toBe(letters.join(""));
  await expect(editor.text).toBeFocused();
});

own.describe("with access tokens of five minutes", () => {
  // So that opening a page does not buy another hour.
  own.use({ settings: { HOLDFAST_POOL_ACCESS_TTL: "5m" }, viewport: { width: 390, height: 480 } });

  own("F8 WCAG 2.4.11 Focus Not Obscured (Minimum): the warning covers nothing that has the focus", async ({
    page,
    control,
  }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await control.advance(24 * 60 * 60 - 5 * 60);
    await editor.wake();
    await editor.phase("warning");
    for (const path of [page.url(), "/", "/account"]) {
      await page.goto(path);
      await expect(page.locator("html[data-alive]")).toBeAttached();
      await editor.phase("warning");
      const stops = await walk(page);
      expect(stops.length).toBeGreaterThan(6);
      expect(stops.filter(({ seen }) => !seen), path).toEqual([]);
    }
  });
});

own("F8 WCAG 2.5.7 Dragging Movements: files that can be dropped can be chosen, too", async ({ page }) => {
  await signIn(page, ada);
  await expect(page.locator("html[data-alive]")).toBeAttached();
  expect(await page.locator("[draggable=true]").count()).toBe(0);
  await page.locator("summary", { hasText: "Import" }).click();
  const file = { name: "Chosen.md", mimeType: "text/markdown", buffer: Buffer.from("# Chosen") };
  await page.getByLabel("Files to import").setInputFiles(file);
  await expect(page.getByRole("link", { name: "Chosen" })).toBeVisible();
});
