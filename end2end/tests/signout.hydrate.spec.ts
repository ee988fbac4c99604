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
  await expect(page.getByText(/time to sign in again|has ended/i)).toHaveCount(0);
  expect((await context.request.get("/api/session")).status()).toBe(401);
  expect(await (await api(ada)).text(id)).toBe("the last words");
});

test("C12 signing out with work that cannot be saved asks first, and no means no", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await page.route("**/draft", (route) => route.abort());
  await editor.type("only here");
  let asked = "";
  page.once("dialog", (dialog) => {
    asked = dialog.message();
    void dialog.dismiss();
  });
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect.poll(() => asked).not.toBe("");
  expect(await editor.value()).toBe("only here");
  expect((await page.request.get("/api/session")).status()).toBe(200);
  await page.unroute("**/draft");
  await editor.wake();
  await editor.is("saved", 30_000);
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
