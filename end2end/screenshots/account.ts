import { ada, signIn } from "../fixtures.ts";
import { scene } from "../support/camera.ts";

scene("the account", async ({ page, shoot }) => {
  await signIn(page, ada);
  await page.goto("/account?done=code");
  await shoot("account", "page");
  await page.getByLabel("Current password").fill("Wrong-1-password");
  await page.getByLabel("New password").fill("Another-2-password");
  await page.getByRole("button", { name: "Change password" }).click();
  await shoot("account-refused", "page");
  await page.goto("/account/delete");
  await shoot("account-delete");
  await page.getByLabel("Then type your email to confirm").fill(ada.email);
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  await shoot("account-deleted");
});
