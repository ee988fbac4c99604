import { ada, expect, fillIn, signIn, test } from "../fixtures.ts";

test("S1 without scripts: name, email and password are changed with the access token", async ({ page, control }) => {
  await signIn(page, ada);
  await page.getByText("More", { exact: true }).click();
  await page.getByRole("link", { name: "Account" }).click();
  await expect(page.getByRole("heading", { name: "Account", level: 1 })).toBeVisible();

  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByRole("status").first()).toContainText("Your name is saved.");
  await expect(page.getByLabel("Name")).toHaveValue("Ada Lovelace");

  await page.getByLabel("Current password").fill("Wrong-1-password");
  await page.getByLabel("New password").fill("Another-2-password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toContainText("Your current password is not right.");
  await page.getByLabel("Current password").fill(ada.password);
  await page.getByLabel("New password").fill("Another-2-password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("status").first()).toContainText("Your password is changed.");

  const email = "countess@example.com";
  await page.getByLabel("New email").fill(email);
  await page.getByRole("button", { name: "Change email" }).click();
  await page.getByRole("textbox", { name: "Code" }).fill(await control.code(email));
  await page.getByRole("button", { name: "Confirm email" }).click();
  await expect(page.getByRole("status").first()).toContainText("Your new email is confirmed.");
  for (const operation of ["GetUser", "UpdateUserAttributes", "VerifyUserAttribute", "ChangePassword"]) {
    const calls = await control.calls(operation);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(call.carries).toBe("access");
  }

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await fillIn(page, { email, password: "Another-2-password" });
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
});

test("A14 without scripts: other browsers are listed and signed out, one or all", async ({ page, api }) => {
  const [one, two] = [await api(ada), await api(ada)];
  await signIn(page, ada);
  await page.goto("/account");
  const places = page.getByRole("list", { name: "Where you are signed in" });
  await expect(places.getByRole("listitem")).toHaveCount(3);
  await places.getByRole("button", { name: /^Sign out there/ }).first().click();
  await expect(page.getByRole("status").first()).toContainText("You are signed out there.");
  await expect(places.getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(places.getByRole("listitem")).toHaveCount(1);
  for (const other of [one, two]) {
    const answer = await other.http.get("/api/session");
    expect([answer.status(), (await answer.json()).code]).toEqual([401, "ended_elsewhere"]);
  }
  await page.getByRole("button", { name: "Sign out everywhere, including here" }).click();
  await expect(page.getByLabel("Password")).toBeVisible();
});

test("without scripts: an account is deleted after its documents were downloaded", async ({ page, api }) => {
  const own = await api(ada);
  await own.create("Letter", "Dear all");
  await signIn(page, ada);
  await page.goto("/account");
  await page.getByRole("link", { name: "Delete account" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download all documents" }).click();
  expect((await download).suggestedFilename()).toMatch(/^holdfast-.*\.zip$/);
  await page.getByLabel("Then type your email to confirm").fill(ada.email);
  await page.getByRole("button", { name: "Delete account" }).click();
  await expect(page.getByRole("heading", { name: "Your account is deleted" })).toBeVisible();
  await page.goto("/sign-in");
  await fillIn(page, ada);
  await expect(page.getByRole("alert")).toBeVisible();
});
