import { ada, expect, test } from "../fixtures.ts";

test.use({ settings: { HOLDFAST_COGNITO_DOMAIN: "embedded" } });

test("without scripts: in by the pool's pages, back to where they wanted to go, and out", async ({ page }) => {
  await page.goto("/trash");
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/login/);
  await page.getByLabel("Email").fill(ada.email);
  await page.getByLabel("Password").fill("Wrong-1");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("Incorrect username or password");
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/trash$/);
  await page.locator("summary").first().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/login/);
});
