import { ada, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";
import { oneTimeCode } from "../support/authenticator.ts";

const own = { ...ada, password: "My-own-password-1" };

test("without scripts: a new password, an authenticator app, and its code from then on", async ({
  page,
  control,
}) => {
  await control.rules({ mfa: "ON" });
  await control.user(ada, "force-new-password");
  await page.goto("/sign-in");
  await fillIn(page, ada);
  await expect(page.getByRole("heading", { name: "Choose your own password" })).toBeVisible();
  await page.getByLabel("New password").fill(own.password);
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(page.getByRole("heading", { name: "Set up an authenticator app" })).toBeVisible();
  await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
  const secret = await page.locator("code").innerText();
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText("not right");
  expect(await page.locator("code").innerText()).toBe(secret);
  await page.getByLabel("Code", { exact: true }).fill(oneTimeCode(secret, Date.now()));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();

  // An app's code is good once.
  await control.advance(30);
  await fillIn(page, own);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill(oneTimeCode(secret, Date.now() + 30_000));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
});

test("C13 without scripts: a late text survives the setting up of an app on the way", async ({ page, control }) => {
  await signIn(page, ada);
  await page.getByRole("button", { name: "New document" }).click();
  const editor = new Editor(page);
  await expect(editor.text).toBeVisible();
  const { id } = editor;
  await editor.text.fill("posted with no session at all");
  await control.rules({ mfa: "ON" });
  // Nobody's session any more: the server keeps nothing, and the text travels in the forms.
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await fillIn(page, ada);
  const secret = await page.locator("code").innerText();
  await page.getByLabel("Code", { exact: true }).fill(oneTimeCode(secret, Date.now()));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL(new RegExp(`/documents/${id}$`));
  await expect(editor.text).toHaveValue("posted with no session at all");
});

test("without scripts: a step that ran out leads back with a reason", async ({ page, control }) => {
  await control.rules({ mfa: "ON" });
  await page.goto("/sign-in?next=/trash");
  await fillIn(page, ada);
  const secret = await page.locator("code").innerText();
  await control.advance(3 * 60);
  await page.getByLabel("Code", { exact: true }).fill(oneTimeCode(secret, Date.now() + 180_000));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText("took too long");
  await expect(page.getByLabel("Email")).toHaveValue(ada.email);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Set up an authenticator app" })).toBeVisible();
});

test("without scripts: a forgotten password is set anew", async ({ page, control }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(ada.email);
  await page.getByRole("button", { name: "Forgot your password?" }).click();
  await expect(page.getByLabel("Email")).toHaveValue(ada.email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByLabel("Code", { exact: true }).fill(await control.code(ada.email));
  await page.getByLabel("New password").fill(own.password);
  await page.getByRole("button", { name: "Set the new password" }).click();
  await expect(page.getByRole("status")).toContainText("Your new password is set");
  await signIn(page, own);
});
