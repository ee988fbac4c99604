import { ada, bob, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";

const SAVED = "Ada's saved secret";
const UNSAVED = " and one not yet saved";

/** What the one who sits before the screen can find in the page, visible or not: text, attributes, and what fields hold. */
async function foundIn(editor: Editor): Promise<string> {
  return editor.page.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea")] as (HTMLInputElement | HTMLTextAreaElement)[];
    const held = fields.flatMap(({ value, defaultValue }) => [value, defaultValue]);
    return [document.documentElement.outerHTML, ...held].join("\n");
  });
}

/** What the one who sits before the screen can see. */
async function visibleOn(editor: Editor): Promise<string> {
  return editor.page.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea")] as (HTMLInputElement | HTMLTextAreaElement)[];
    const shown = fields.filter((field) => field.checkVisibility({ visibilityProperty: true }));
    return [document.title, document.body.innerText, ...shown.map(({ value }) => value)].join("\n");
  });
}

/** Not by `toContain`: a whole page in a message is nothing that anybody reads. What hides it may come a moment after the phase. */
async function lacks(look: typeof foundIn, editor: Editor, words: string): Promise<void> {
  await expect.poll(async () => (await look(editor)).includes(words), `"${words}" is there`).toBe(false);
}

test("C7 another user at the dialog: the editor is sealed, and everything waits for its owner", async ({
  page,
  api,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.title.fill("Ada's secret title");
  await editor.text.focus();
  await editor.type(SAVED);
  await editor.saved();
  const { id } = editor;
  await control.advance(2 * 24 * 60 * 60);
  // What is typed now reaches neither the server nor its escrow.
  await page.route("**/api/documents/**", (route) => route.abort());
  await editor.type(UNSAVED);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await fillIn(editor.dialog, bob);
  await editor.phase("sealed");
  // Until here the tab may go on trying for its owner; from here on whatever it sent would be sent for Bob.
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") sent.push(`${request.url()} ${request.postData() ?? ""}`);
  });
  await page.unroute("**/api/documents/**");
  await expect(editor.text).toBeHidden();
  await lacks(visibleOn, editor, "secret");
  await lacks(visibleOn, editor, UNSAVED.trim());
  await lacks(foundIn, editor, "secret");
  await lacks(foundIn, editor, UNSAVED.trim());
  await lacks(visibleOn, editor, ada.email);
  await expect(page.getByRole("link", { name: "History" })).toBeHidden();
  await expect(editor.dialog).toBeHidden();
  await expect(page.locator("input[type=password]")).toHaveValue("");
  await expect(page.getByText("a…@example.com")).toBeVisible();

  const others = await api(bob);
  expect(await others.documents()).toEqual([]);
  expect((await others.http.get(`/api/documents/${id}/draft`)).status()).toBe(404);

  expect(sent.filter((request) => request.includes("/draft"))).toEqual([]);

  await editor.signInInPlace(ada);
  await editor.phase("quiet");
  await expect(editor.text).toBeVisible();
  expect(await editor.value()).toBe(SAVED + UNSAVED);
  await expect(editor.title).toHaveValue("Ada's secret title");
  await editor.saved();
  expect(await (await api(ada)).text(id)).toBe(SAVED + UNSAVED);
});

test("C7 another user signs in in another tab: the open editor is sealed there, too", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type(SAVED);
  await editor.saved();
  const other = await page.context().newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/sign-in/);
  await signIn(other, bob);
  await expect(other.getByRole("list", { name: "Documents" })).toHaveCount(0);
  await page.bringToFront();
  await editor.wake();
  await editor.phase("sealed");
  await lacks(visibleOn, editor, "secret");
  expect(await (await api(bob)).documents()).toEqual([]);
});

test("C7 a page that came with the title has nothing of it for another user, in a heading, a menu or a field", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("Ada's secret title", SAVED);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText("Ada's secret title");
  await editor.title.fill("Ada's other secret");
  await expect(heading, "follows the title").toHaveText("Ada's other secret");
  await editor.saved();
  const other = await page.context().newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/sign-in/);
  await signIn(other, bob);
  await page.bringToFront();
  await editor.wake();
  await editor.phase("sealed");
  await lacks(foundIn, editor, "secret");
  await lacks(foundIn, editor, ada.email);
  await expect(page.locator(".header-user")).toBeEmpty();
  await page.getByText("More", { exact: true }).click();
  await expect(page.getByRole("link", { name: "Account" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Move to trash" })).toBeHidden();
  await page.getByRole("button", { name: "Sign in now" }).last().click();
  await expect(editor.dialog.getByLabel("Email")).toHaveValue("");
  await fillIn(editor.dialog, ada);
  await editor.phase("quiet");
  await expect(heading).toHaveText("Ada's other secret");
  await expect(page.locator(".header-user")).toHaveText(ada.email);
});

test("C7 the server refuses to save for another user than the page believes in", async ({ page, api, app }) => {
  const own = await api(ada);
  const id = await own.create("", "mine");
  const { head } = await own.draft(id);
  await signIn(page, bob);
  const answer = await page.request.patch(`/api/documents/${id}/draft`, {
    headers: { origin: app.url },
    data: { writer: "somebody", base_head: head, seq: 1, edits: [[0, 0, "not "]] },
  });
  expect(answer.status()).toBe(404);
  expect(await own.text(id)).toBe("mine");
});

test("C7 the answer to a question asked before another user's sign-in does not hide it", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type(SAVED);
  await editor.saved();
  // One answer is still about Ada, and arrives when Bob is signed in and the page has been told to look again.
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held = (): void => undefined;
  const isHeld = new Promise<void>((resolve) => {
    held = resolve;
  });
  await page.route(
    "**/api/session",
    async (route) => {
      const response = await route.fetch();
      held();
      await released;
      await route.fulfill({ response });
    },
    { times: 1 },
  );
  await editor.wake();
  await isHeld;
  await page.evaluate(
    async ([username, password]) => {
      const headers = { "content-type": "application/json" };
      await fetch("/api/session", { method: "POST", headers, body: JSON.stringify({ username, password }) });
    },
    [bob.email, bob.password] as const,
  );
  await editor.wake();
  release();
  await editor.phase("sealed");
  await expect(editor.text).toBeHidden();
});
