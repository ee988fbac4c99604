import type { Page } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

const CANARY = "canary-5e1d words that belong to nobody else";

async function lifecycle(page: Page, state: "frozen" | "active"): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state });
  await devtools.detach();
}

test("D11 a tab that was frozen in mid-sentence has everything, and goes on", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("before the freeze");
  await lifecycle(page, "frozen");
  await lifecycle(page, "active");
  await editor.type(", and after it");
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("before the freeze, and after it");
});

test("D11 leaving for another page and coming back by the back button keeps every word", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await editor.type("said before leaving");
  page.once("dialog", (dialog) => void dialog.accept());
  await page.goto("/healthz");
  await page.goBack();
  await editor.alive();
  await expect(editor.text).toHaveValue("said before leaving");
  await editor.focusAtEnd();
  await editor.type(", and after");
  await editor.saved();
  expect(await (await api(ada)).text(id)).toBe("said before leaving, and after");
});

test("D11 a tab that the browser discarded comes back with every word", async ({ page, context, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await page.route("**/draft", (route) => route.abort());
  await editor.text.focus();
  await editor.type("never sent by this tab");
  await expect.poll(async () => (await editor.counters()).journalled).toBe(22);
  // A discard ends the renderer without an event, like this.
  const again = await context.newPage();
  await page.close({ runBeforeUnload: false });
  const back = await Editor.open(again, id);
  await expect(back.text).toHaveValue("never sent by this tab");
  await back.saved();
  expect(await (await api(ada)).text(id)).toBe("never sent by this tab");
});

test("E8 after a conflict typing goes on, and all of it reaches the server", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  const own = await api(ada);
  await editor.text.focus();
  await editor.type("one");
  // Somebody is always first: every batch of this page meets a newer head.
  for (const [number, word] of [" two", " three", " four"].entries()) {
    const { head } = await own.draft(id);
    const edits = [[0, 0, `[${number}] `]];
    const answer = await own.http.patch(`/api/documents/${id}/draft`, {
      data: { writer: `program-${number}`, base_head: head, seq: 1, edits },
    });
    expect([200, 409]).toContain(answer.status());
    await editor.type(word);
  }
  await editor.saved();
  const text = await own.text(id);
  expect(text).toContain("one two three four");
  await expect(editor.text).toHaveValue(text);
});

test("F6 practising an expiry: really ended by the server, and the text goes through it", async ({ page, context, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Mine, before. ");
  await editor.saved();
  await page.getByText("More", { exact: true }).click();
  await page.getByRole("button", { name: /practise/i }).click();
  await editor.phase("expired");
  expect((await context.request.get("/api/session")).status()).toBe(401);
  await editor.focusAtEnd();
  await editor.type("Mine, during. ");
  await editor.is("escrowed");
  await editor.signInInPlace(ada);
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("Mine, before. Mine, during. ");
});

test("E10 kept by the server after the end, and at once in the text on another device", async ({ page, browser, app, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await editor.type("Before. ");
  await editor.saved();
  await control.advance(25 * 3600);
  await editor.wake();
  await editor.phase("expired");
  await editor.focusAtEnd();
  await editor.type("After. ");
  await editor.is("escrowed");
  const elsewhere = await browser.newContext({ baseURL: app.url });
  const other = await elsewhere.newPage();
  await signIn(other, ada);
  const there = await Editor.open(other, id);
  await expect(there.text).toHaveValue("Before. After. ");
  await elsewhere.close();
  await editor.type("And more. ");
  await editor.signInInPlace(ada);
  await editor.saved();
  await expect(editor.text).toHaveValue("Before. After. And more. ");
});

test("F4 P22 no word of a text is ever in a log or an address", async ({ page, app, control }) => {
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.title.fill(CANARY);
  await editor.text.focus();
  await editor.type(CANARY);
  await editor.saved();
  await page.getByRole("button", { name: "Save a version" }).click();
  await control.advance(25 * 3600);
  await editor.wake();
  await editor.phase("expired");
  await editor.focusAtEnd();
  await editor.type(CANARY);
  await editor.signInInPlace(ada);
  await editor.saved();
  await app.stop("SIGTERM");
  expect(addresses.filter((address) => address.includes("canary"))).toEqual([]);
  expect(app.log).not.toContain("canary-5e1d");
  expect(app.log, "colours are for a terminal").not.toContain("\u001b");
});
