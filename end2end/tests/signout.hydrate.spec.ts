import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

test("C12 signing out on purpose is no expiry: it saves first and asks for nothing", async ({ page, api, context }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("the last words");
  const { id } = editor;
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("status")).toHaveText("You are signed out.");
  await expect(page.getByText(/time to sign in again|has ended/i)).toHaveCount(0);
  expect((await context.request.get("/api/session")).status()).toBe(401);
  expect(await (await api(ada)).text(id)).toBe("the last words");
});

/** An editor with words that no save can bring to the server, and the question that a sign-out then asks. */
async function asked(page: Page): Promise<{ editor: Editor; question: Locator }> {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await page.route("**/draft", (route) => route.abort());
  await editor.type("only here");
  await page.getByRole("button", { name: "Sign out" }).click();
  const question = page.getByRole("dialog", { name: "Sign out with unsaved words?" });
  await expect(question).toBeVisible();
  return { editor, question };
}

test("C12 F1 signing out with unsaved work asks first; staying and sending lose nothing", async ({ page, api, a11y }) => {
  const { editor, question } = await asked(page);
  await a11y(page);
  await question.getByRole("button", { name: "Stay signed in" }).click();
  await expect(question).toBeHidden();
  expect(await editor.value()).toBe("only here");
  expect((await page.request.get("/api/session")).status()).toBe(200);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(question).toBeVisible();
  await page.unroute("**/draft");
  const { id } = editor;
  await question.getByRole("button", { name: "Try to save it" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await (await api(ada)).text(id)).toBe("only here");
});

test("F1 kept locked on this device, the words are there at the next sign-in", async ({ page, api }) => {
  const { editor, question } = await asked(page);
  const { id } = editor;
  await question.getByRole("button", { name: "Keep it locked" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await (await api(ada)).text(id)).toBe("");
  await page.unroute("**/draft");
  await signIn(page, ada);
  await expect(page.locator(".news")).toContainText("9 characters");
  expect(await (await api(ada)).text(id)).toBe("only here");
});

test("F1 without a connection nobody is signed out, and that is said at once, until it is back", async ({ page, api, context, a11y }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  const { id } = editor;
  await context.setOffline(true);
  const out = page.getByRole("button", { name: "Sign out" });
  await out.click();
  const failed = page.getByText("There is no connection, and signing out needs one: you are still signed in.");
  await expect(failed).toBeVisible();

  await editor.focusAtEnd();
  await editor.type("only here");
  await out.click();
  const question = page.getByRole("dialog", { name: "You cannot sign out just now" });
  await expect(question).toContainText("signing out needs one");
  await expect(question.getByRole("button")).toHaveText(["Download my text", "Stay signed in"]);
  await a11y(page);
  await question.getByRole("button", { name: "Stay signed in" }).click();
  await context.setOffline(false);
  await expect(failed).toBeHidden();
  await editor.saved();
  await out.click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await (await api(ada)).text(id)).toBe("only here");
});

test("F1 downloaded and thrown away, the words are in a file and nowhere else", async ({ page, api }) => {
  const { editor, question } = await asked(page);
  const { id } = editor;
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    question.getByRole("button", { name: "Download my text" }).click(),
  ]);
  expect(await readFile(await file.path(), "utf8")).toBe("only here");
  await question.getByRole("button", { name: "Throw it away" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.unroute("**/draft");
  await signIn(page, ada);
  await expect(page.locator("html[data-alive]")).toBeAttached();
  await expect(page.locator(".news")).toBeHidden();
  expect(await (await api(ada)).text(id)).toBe("");
});

test("F3 after signing out the back button shows no word of the text", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("CANARY-back");
  await editor.saved();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goBack();
  await expect(page.getByLabel("Password")).toBeVisible();
  await expect(editor.text).toHaveCount(0);
  expect(await page.content()).not.toContain("CANARY-back");
});

test("C12 A10 the cookie of a deliberate sign-out is dead, and another tab says so", async ({ page, app }) => {
  await signIn(page, ada);
  const editor = await Editor.create(await page.context().newPage());
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  const answer = await fetch(`${app.url}/api/session`, { headers: { cookie } });
  expect(answer.status).toBe(401);
  expect(((await answer.json()) as { code: string }).code).toBe("signed_out");
  await editor.phase("expired");
  await expect(editor.dialog).toBeHidden();
});
