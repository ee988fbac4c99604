import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { Device } from "../support/passkeys.ts";

const DAY = 24 * 60 * 60;

test.use({ settings: { HOST: "localhost", HOLDFAST_COGNITO_AUTH_FLOW: "choice" } });

test("S1 a passkey is made, listed, not made twice, and removed on the account page", async ({
  page,
  control,
  a11y,
}) => {
  const device = await Device.on(page);
  await signIn(page, ada);
  await page.goto("/account");
  await a11y(page);
  const add = page.getByRole("button", { name: "Add a passkey" });
  await add.click();
  await expect(page.getByText("Your passkey is added.")).toBeVisible();
  expect(await device.passkeys()).toBe(1);
  const list = page.getByRole("list", { name: "Passkeys" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await a11y(page);

  await add.click();
  await expect(page.getByText("This device has a passkey for your account already.")).toBeVisible();
  await expect(add).toBeFocused();
  await list.getByRole("button", { name: /^Remove/ }).click();
  await expect(page.getByText("That passkey no longer signs anybody in.")).toBeVisible();
  await expect(list.getByRole("listitem")).toHaveCount(0);
  for (const operation of ["StartWebAuthnRegistration", "CompleteWebAuthnRegistration", "DeleteWebAuthnCredential"]) {
    const calls = await control.calls(operation);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(call.carries).toBe("access");
  }
});

test("a passkey signs in on the page, and where none is used the way back says so", async ({ page, a11y }) => {
  const device = await Device.on(page);
  await signIn(page, ada);
  await page.goto("/account");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText("Your passkey is added.")).toBeVisible();
  await page.context().clearCookies();

  const choose = async (): Promise<void> => {
    await page.getByLabel("Email").fill(ada.email);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("radio", { name: "With a passkey" }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("heading", { name: "Use your passkey" })).toBeVisible();
  };
  await page.goto("/sign-in");
  await choose();
  await a11y(page);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();

  await page.context().clearCookies();
  await device.forget();
  await page.goto("/sign-in");
  await choose();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText("No passkey was used");
  await expect(page.getByLabel("Email")).toHaveValue(ada.email);
});

test("C1 C3 a passkey in the dialog: text and caret stay, and where none is used the dialog begins again", async ({
  page,
  control,
  a11y,
}) => {
  const device = await Device.on(page);
  await signIn(page, ada);
  await page.goto("/account");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText("Your passkey is added.")).toBeVisible();
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("kept");
  await editor.saved();
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  await editor.type(" words");
  await editor.openDialog();

  const choose = async (): Promise<void> => {
    await editor.dialog.getByRole("button", { name: "Sign in", exact: true }).click();
    await editor.dialog.getByRole("radio", { name: "With a passkey" }).check();
    await editor.dialog.getByRole("button", { name: "Continue" }).click();
    await expect(editor.dialog.getByRole("group", { name: "Use your passkey" })).toBeVisible();
  };
  await device.owner(false);
  await choose();
  await a11y(page);
  await editor.dialog.getByRole("button", { name: "Continue" }).click();
  await expect(editor.dialog.getByRole("alert")).toContainText("No passkey was used");
  await expect(editor.dialog.getByLabel("Password")).toBeVisible();

  await device.owner(true);
  await choose();
  await editor.dialog.getByRole("button", { name: "Continue" }).click();
  await expect(editor.dialog).toBeHidden();
  await expect(editor.text).toBeFocused();
  await editor.phase("quiet");
  await editor.saved();
  expect(await editor.value()).toBe("kept words");
});

test.describe("at an address of digits", () => {
  test.use({ settings: {} });

  test("the account page says that no passkey can be made there", async ({ page }) => {
    await signIn(page, ada);
    await page.goto("/account");
    await expect(page.getByText("Passkeys need a site with a name")).toBeVisible();
    await expect(page.getByRole("button", { name: "Add a passkey" })).toBeHidden();
  });
});
