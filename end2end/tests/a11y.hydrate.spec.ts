import { ada, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`F8 accessible in ${colorScheme}: sign-in, sign-up, list, editor, warning, dialog, end`, async ({
      page,
      control,
      a11y,
    }) => {
      await page.goto("/sign-up");
      await a11y(page);
      await page.goto("/sign-in");
      await a11y(page);
      await signIn(page, ada);
      await a11y(page);
      const editor = await Editor.create(page);
      await editor.text.focus();
      await editor.type("Some text.");
      await editor.saved();
      await a11y(page);
      await page.goto("/");
      await a11y(page);
      await page.goBack();
      await editor.alive();
      await control.advance(24 * 60 * 60 - 5 * 60);
      await editor.wake();
      await editor.phase("warning");
      await a11y(page);
      await editor.openDialog();
      await a11y(page);
      await page.keyboard.press("Escape");
      await expect(editor.dialog).toBeHidden();
      await control.advance(2 * 60 * 60);
      await editor.wake();
      await editor.phase("expired");
      await a11y(page);
    });

    // axe is a script itself: what works without scripts is looked at here with them.
    test(`F8 accessible in ${colorScheme}: a new password, an authenticator app, a forgotten password`, async ({
      page,
      control,
      a11y,
    }) => {
      await control.rules({ mfa: "ON" });
      await control.user(ada, "force-new-password");
      await page.goto("/sign-in");
      await fillIn(page, ada);
      await expect(page.getByRole("heading", { name: "Choose your own password" })).toBeVisible();
      await a11y(page);
      await page.getByLabel("New password").fill("My-own-password-1");
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page.getByRole("heading", { name: "Set up an authenticator app" })).toBeVisible();
      await a11y(page);
      await page.getByLabel("Code", { exact: true }).fill("000000");
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page.getByRole("alert")).toContainText("not right");
      await a11y(page);
      await page.goto("/sign-in");
      await page.getByLabel("Email").fill(ada.email);
      await page.getByRole("button", { name: "Forgot your password?" }).click();
      await expect(page.getByLabel("Email")).toHaveValue(ada.email);
      await a11y(page);
      await page.getByRole("button", { name: "Send me a code" }).click();
      await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
      await a11y(page);
    });

    test(`F8 accessible in ${colorScheme}: the account, a mistake on it, and its deletion`, async ({ page, a11y }) => {
      await signIn(page, ada);
      await page.goto("/account");
      await expect(page.getByRole("heading", { name: "Account", level: 1 })).toBeVisible();
      await a11y(page);
      await page.getByLabel("Current password").fill("Wrong-1-password");
      await page.getByLabel("New password").fill("Another-2-password");
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
      await a11y(page);
      await page.getByRole("link", { name: "Delete account" }).click();
      await expect(page.getByRole("button", { name: "Delete account" })).toBeVisible();
      await a11y(page);
    });
  });
}

test("B13 a whole window is announced at most six times, only the last may interrupt", async ({ page, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const region of document.querySelectorAll<HTMLElement>("[aria-live]")) {
      const hear = (): void => {
        if (region.textContent) heard.push(`${region.getAttribute("aria-live")}: ${region.textContent}`);
      };
      new MutationObserver(hear).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  const steps = [23 * 60 * 60, 51 * 60, 5 * 60, 3 * 60, 30, 20, 2 * 60 * 60];
  for (const seconds of steps) {
    const asked = page.waitForResponse((answer) => answer.url().endsWith("/api/session"));
    await control.advance(seconds);
    await editor.wake();
    await asked;
  }
  await editor.phase("expired");
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  const about = heard.filter((said) => /sign.?in/i.test(said));
  expect(about.length).toBeGreaterThan(0);
  expect(about.length).toBeLessThanOrEqual(6);
  expect(about.slice(0, -1).filter((said) => said.startsWith("assertive"))).toEqual([]);
});

test("the dialog is named, holds the focus, and Escape gives it back to the text", async ({ page, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await control.advance(2 * 24 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await expect(editor.dialog.getByLabel("Password")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(editor.dialog).toBeHidden();
  await editor.text.focus();
  await editor.type("typing is never blocked");
  expect(await editor.value()).toBe("typing is never blocked");
});

test("everything can be reached by keyboard alone", async ({ page, control }) => {
  await page.goto("/sign-in");
  await page.keyboard.type(ada.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
  await page.getByRole("button", { name: "New document" }).press("Enter");
  const editor = new Editor(page);
  await editor.alive();
  await editor.text.focus();
  await control.advance(2 * 24 * 60 * 60);
  await editor.type("by keyboard");
  await editor.phase("expired");
  await page.getByRole("button", { name: "Sign in now" }).press("Enter");
  await expect(editor.dialog.getByLabel("Password")).toBeFocused();
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await editor.saved();
  await expect(editor.text).toBeFocused();
});
