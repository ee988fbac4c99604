import { ada, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";
import { oneTimeCode } from "../support/authenticator.ts";

const DAY = 24 * 60 * 60;

test("C1 C3 the steps of a sign-in are gone through in the dialog, and text, caret and undo stay", async ({
  page,
  control,
  a11y,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("first words, last words");
  await editor.saved();
  await control.rules({ mfa: "ON" });
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  await editor.type(" and more");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  const caret = await editor.text.evaluate((text: HTMLTextAreaElement) => [text.selectionStart, text.selectionEnd]);

  await editor.openDialog();
  await fillIn(editor.dialog, ada);
  const step = editor.dialog.getByRole("group", { name: "Set up an authenticator app" });
  await expect(step).toBeVisible();
  await expect(step.getByRole("img", { name: "QR code" })).toBeVisible();
  const code = editor.dialog.getByLabel("Code", { exact: true });
  await expect(code).toBeFocused();
  await expect(editor.dialog.getByLabel("Password")).toBeHidden();
  await a11y(page);
  const secret = await editor.dialog.locator("code").innerText();
  await code.fill("000000");
  await editor.dialog.getByRole("button", { name: "Continue" }).click();
  await expect(editor.dialog.getByRole("alert")).toContainText("not right");
  await expect(code).toBeFocused();
  await code.fill(oneTimeCode(secret, Date.now() + 2 * DAY * 1000));
  await editor.dialog.getByRole("button", { name: "Continue" }).click();

  await expect(editor.dialog).toBeHidden();
  await expect(editor.text).toBeFocused();
  await editor.phase("quiet");
  await editor.saved();
  expect(await editor.value()).toBe("first words, last words and more");
  const after = await editor.text.evaluate((text: HTMLTextAreaElement) => [text.selectionStart, text.selectionEnd]);
  expect(after).toEqual(caret);
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => editor.value()).not.toContain("and more");
  expect(await editor.value()).toContain("first words");
});

test("C1 C9 a step that ran out in the dialog leads back to the password with a reason, and typing goes on", async ({
  page,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("kept");
  await editor.saved();
  await control.rules({ mfa: "ON" });
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await fillIn(editor.dialog, ada);
  const code = editor.dialog.getByLabel("Code", { exact: true });
  await expect(code).toBeVisible();
  await control.advance(3 * 60);
  await code.fill("123456");
  await editor.dialog.getByRole("button", { name: "Continue" }).click();
  await expect(editor.dialog.getByRole("alert")).toContainText("took too long");
  await expect(editor.dialog.getByLabel("Password")).toBeFocused();
  await editor.dialog.getByRole("button", { name: "Not now" }).click();
  await editor.text.focus();
  await page.keyboard.press("ControlOrMeta+End");
  await editor.type(" going");
  expect(await editor.value()).toBe("kept going");
});

test.describe("where one may choose", () => {
  test.use({ settings: { HOLDFAST_COGNITO_AUTH_FLOW: "choice" } });

  test("C1 a code by mail in the dialog, in the password's place", async ({ page, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await control.advance(2 * DAY);
    await editor.wake();
    await editor.phase("expired");
    await editor.openDialog();
    await editor.dialog.getByRole("button", { name: "Sign in", exact: true }).click();
    await editor.dialog.getByRole("radio", { name: "With a code by email" }).check();
    await editor.dialog.getByRole("button", { name: "Continue" }).click();
    await expect(editor.dialog.getByText("We sent it to")).toBeVisible();
    await editor.dialog.getByLabel("Code", { exact: true }).fill(await control.code(ada.email));
    await editor.dialog.getByRole("button", { name: "Continue" }).click();
    await expect(editor.dialog).toBeHidden();
    await editor.phase("quiet");
  });
});
