import { ada, expect, fillIn, signIn, test } from "../fixtures.ts";
import { oneTimeCode } from "../support/authenticator.ts";

test("S1 without scripts: an authenticator app is set up, asked for at the sign-in, and switched off", async ({
  page,
  control,
}) => {
  await signIn(page, ada);
  await page.goto("/account");
  const factors = page.getByRole("list", { name: "Two-step sign-in" });
  await factors.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
  const key = await page.locator("code").innerText();
  expect(page.url()).not.toContain(key.replaceAll(" ", ""));
  await page.getByRole("textbox", { name: "Code" }).fill("000000");
  await page.getByRole("button", { name: "Use this app" }).click();
  await expect(page.getByRole("alert")).toContainText("That code is not right.");
  await expect(page.locator("code")).toHaveText(key);
  await page.getByRole("textbox", { name: "Code" }).fill(oneTimeCode(key, Date.now()));
  await page.getByRole("button", { name: "Use this app" }).click();
  await expect(page.getByText("Your authenticator app is set up.")).toBeVisible();
  await expect(factors.getByText("on, asked for first")).toBeVisible();

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await control.advance(60);
  await fillIn(page, ada);
  await page.getByRole("textbox", { name: "Code" }).fill(oneTimeCode(key, Date.now() + 60_000));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();

  await page.goto("/account");
  await factors.getByRole("button", { name: "Switch off, Authenticator app" }).click();
  await expect(page.getByText("Your two-step sign-in is changed.")).toBeVisible();
  for (const operation of ["AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference"]) {
    const calls = await control.calls(operation);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(call.carries).toBe("access");
  }
});

test("without scripts: the account page says what adding a passkey takes", async ({ page }) => {
  await signIn(page, ada);
  await page.goto("/account");
  await expect(page.getByText("Adding one needs this page’s script, which your browser does not run.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a passkey" })).toBeHidden();
});
