import type { Page } from "@playwright/test";
import { ada, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";

async function newDocument(page: Page): Promise<Editor> {
  await page.getByRole("button", { name: "New document" }).click();
  const editor = new Editor(page);
  await expect(editor.text).toBeVisible();
  return editor;
}

test("without scripts: sign in, write, save, read back, sign out", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await newDocument(page);
  await editor.title.fill("Written without scripts");
  const text = "Line one\n\n<b>not bold</b> & 😀\n  indented\n";
  await editor.text.fill(text);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").first()).toContainText("Saved");
  await expect(editor.text).toHaveValue(text);
  expect(await (await api(ada)).text(editor.id)).toBe(text);

  await page.goto("/");
  await page.getByRole("list", { name: "Documents" }).getByRole("link", { name: "Written without scripts" }).click();
  await expect(editor.text).toHaveValue(text);
  await expect(editor.title).toHaveValue("Written without scripts");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/");
  await expect(page.getByLabel("Password")).toBeVisible();
});

test("without scripts: a text that begins with an empty line keeps it", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("", "\n\nsecond line");
  await signIn(page, ada);
  await page.goto(`/documents/${id}`);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").first()).toBeVisible();
  expect(await own.text(id)).toBe("\n\nsecond line");
});

test("without scripts: a version is saved on purpose", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await newDocument(page);
  await editor.text.fill("worth keeping");
  await page.getByRole("button", { name: "Save a version" }).click();
  await expect(page.getByRole("status").first()).toContainText("Version saved");
  const own = await api(ada);
  const [document] = await own.documents();
  expect(document).toMatchObject({ base_version: 1, unsaved: false });
});

test("E7 without scripts: a form that is behind overwrites nothing", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("", "the middle");
  await signIn(page, ada);
  await page.goto(`/documents/${id}`);
  const { head } = await own.draft(id);
  const elsewhere = await own.http.patch(`/api/documents/${id}/draft`, {
    data: { writer: "elsewhere", base_head: head, seq: 1, edits: [[0, 0, "written elsewhere, "]] },
  });
  expect(elsewhere.status()).toBe(200);
  const editor = new Editor(page);
  await editor.text.fill("the middle, written here");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(editor.text).toBeVisible();
  const text = await own.text(id);
  expect(text).toContain("written elsewhere");
  expect(text).toContain("written here");
});

test("C13 without scripts: saving after the end asks for the sign-in and keeps the text", async ({
  page,
  api,
  control,
}) => {
  await signIn(page, ada);
  const editor = await newDocument(page);
  const { id } = editor;
  await editor.text.fill("written before the end, posted after it");
  await control.advance(24 * 60 * 60 + 2 * 60 * 60);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await fillIn(page, ada);
  await page.goto(`/documents/${id}`);
  await expect(editor.text).toHaveValue("written before the end, posted after it");
  expect(await (await api(ada)).text(id)).toBe("written before the end, posted after it");
});

test("without scripts: sign-up with the mailed code, then in", async ({ page, control }) => {
  const carol = { email: "carol@example.com", password: "Another-password-3" };
  await page.goto("/sign-up");
  await page.getByLabel("Email").fill(carol.email);
  await page.getByLabel("Password").fill(carol.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Code").fill(await control.code(carol.email));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByLabel("Password").or(page.getByRole("button", { name: "New document" }))).toBeVisible();
  await signIn(page, carol);
  await expect(page.getByText(carol.email)).toBeVisible();
});

test("a wrong password and an unknown user get the same words", async ({ page }) => {
  const said: string[] = [];
  for (const email of [ada.email, "nobody@example.com"]) {
    await page.goto("/sign-in");
    await fillIn(page, { email, password: "Wrong-password-1" });
    said.push(await page.getByRole("alert").innerText());
    await expect(page.getByLabel("Email")).toHaveValue(email);
    await expect(page.getByLabel("Password")).toHaveValue("");
  }
  expect(said[0]).not.toBe("");
  expect(said[1]).toBe(said[0]);
});

test("nobody is sent to another site after signing in", async ({ page, app }) => {
  for (const next of ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)"]) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await fillIn(page, ada);
    await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
    expect(new URL(page.url()).origin).toBe(app.url);
    await page.context().clearCookies();
  }
});
