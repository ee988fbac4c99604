import { ada, bob, expect, fillIn, signIn, test } from "../fixtures.ts";
import { oneTimeCode } from "../support/authenticator.ts";
import { scene } from "../support/camera.ts";

scene("every page on the way in", async ({ page, control, shoot }) => {
  await page.goto("/sign-up");
  await shoot("sign-up");
  await page.getByLabel("Email").fill("charles@example.com");
  await page.getByLabel("Password", { exact: true }).or(page.getByLabel("New password")).fill("Difference-1-engine");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await shoot("sign-up-code");
  await page.goto("/sign-in");
  await shoot("sign-in");
  await fillIn(page, { ...ada, password: "Wrong-1-password" });
  await expect(page.getByRole("alert")).toBeVisible();
  await shoot("sign-in-refused");
  await page.getByRole("button", { name: "Forgot your password?" }).click();
  await shoot("forgot-password");
  await page.getByRole("button", { name: "Send me a code" }).click();
  await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
  await shoot("forgot-password-code");

  await control.rules({ mfa: "ON" });
  await control.user(bob, "force-new-password");
  await page.goto("/sign-in");
  await fillIn(page, bob);
  await expect(page.getByRole("heading", { name: "Choose your own password" })).toBeVisible();
  await shoot("new-password");
  await page.getByLabel("New password").fill(bob.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Set up an authenticator app" })).toBeVisible();
  await shoot("authenticator-setup", "page");
  const secret = (await page.locator("code").innerText()).replaceAll(" ", "");
  await page.getByLabel("Code", { exact: true }).fill(oneTimeCode(secret, Date.now()));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out.", { exact: true })).toBeVisible();
  await shoot("signed-out");
  await control.advance(30);
  await fillIn(page, bob);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  await shoot("code");
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await shoot("code-refused");
});

test.describe("without a password", () => {
  test.use({ settings: { HOLDFAST_COGNITO_AUTH_FLOW: "choice" } });

  scene("choosing another way in", async ({ page, shoot }) => {
    await page.goto("/sign-in");
    await page.getByLabel("Email").fill(ada.email);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "How do you want to sign in?" })).toBeVisible();
    await shoot("choice");
  });
});

test.describe("managed login", () => {
  test.use({ settings: { HOLDFAST_COGNITO_DOMAIN: "embedded" } });

  scene("the pool's own pages", async ({ page, shoot }) => {
    await page.goto("/sign-in");
    await shoot("managed-sign-in");
    await page.getByRole("link", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/login/);
    await shoot("managed-login");
    await page.getByLabel("Email").fill(ada.email);
    await page.getByLabel("Password").fill(ada.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
    await page.goto("/account");
    await shoot("account-managed", "page");
  });
});

scene("what a link that leads nowhere shows, and a network that is gone", async ({ page, shoot }) => {
  await page.goto("/offline");
  await shoot("offline");
  await page.goto("/accessibility");
  await shoot("accessibility", "page");
  await signIn(page, ada);
  await page.goto("/documents/00000000000000000000000000000000");
  await shoot("not-found");
});
