import { readFile } from "node:fs/promises";
import type { BrowserContext } from "@playwright/test";
import { ada, bob, Editor, expect, signIn, test } from "../fixtures.ts";
import { crash, crashedWith, cutOff, news, onDevice, rows } from "../support/journal.ts";

test("D4 every word is written with strict durability: flushed before it counts as on this device", async ({ page }) => {
  // What the page asks of the disk; that a strict transaction survives a power cut is the browser's promise.
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(window, { askedOfDisk: asked });
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (names, mode, options) {
      const opened = transaction.call(this, names, mode, options);
      const { objectStore } = opened;
      opened.objectStore = function (name) {
        const store = objectStore.call(opened, name);
        const { put } = store;
        store.put = (...record: [unknown]) => {
          asked.push(`${name} ${opened.durability}`);
          return put.apply(store, record);
        };
        return store;
      };
      return opened;
    };
  });
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await cutOff(page);
  await editor.text.focus();
  await editor.type("flushed");
  await onDevice(editor);
  const asked = await page.evaluate(() => (window as unknown as { askedOfDisk: string[] }).askedOfDisk);
  expect(asked.filter((write) => write.startsWith("records")).length).toBeGreaterThan(0);
  expect([...new Set(asked)].toSorted()).toEqual(["logs strict", "records strict"]);
});

test("a disk that never answers holds up no save", async ({ page, context, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await editor.type("one ");
  await editor.saved();
  await page.evaluate(() => {
    Object.defineProperty(IDBTransaction.prototype, "oncomplete", { set: () => undefined });
  });
  // Behind another window's words the journal is written anew before anything is sent.
  await page.route("**/draft", (route) => route.abort());
  await editor.type("two ");
  const other = await Editor.open(await context.newPage(), id);
  await other.focusAtEnd();
  await other.type("[theirs]");
  await other.saved();
  await page.unroute("**/draft");
  await expect.poll(async () => (await api(ada)).text(id), { timeout: 30_000 }).toContain("two ");
  await expect(page.getByRole("alert").filter({ hasText: "cannot keep a copy" })).toBeVisible();
});

test("D5 E2 the device's storage is switched off: said at once, and the words can be had as a file", async ({ page }) => {
  await page.addInitScript(() => {
    const refuse = (): never => {
      throw new DOMException("full", "QuotaExceededError");
    };
    IDBObjectStore.prototype.put = refuse;
  });
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await cutOff(page);
  await editor.text.focus();
  await editor.type("Words to rescue");
  await expect(page.getByRole("alert").filter({ hasText: "cannot keep a copy" })).toBeVisible();
  await editor.is("on-screen");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download my text" }).click(),
  ]);
  expect(await readFile(await file.path(), "utf8")).toBe("Words to rescue");
  await page.unroute("**/draft");
  await editor.saved();
});

test("D12 kept for an owner who does not come back for 30 days, then removed and told", async ({ page, context, api }) => {
  const id = await crashedWith(page, "Waits for its owner.");

  await age(context, 31 * 24);
  await context.clearCookies();
  const theirs = await context.newPage();
  await signIn(theirs, bob);
  await expect.poll(() => rows(theirs)).toBe(0);
  await expect(news(theirs)).toBeHidden();
  await theirs.close();
  await context.clearCookies();
  const late = await context.newPage();
  await signIn(late, ada);
  await expect(news(late)).toContainText("kept for 30 days and have been removed");
  expect(await rows(late)).toBe(0);
  const own = await api(ada);
  expect(await own.text(id)).toBe("");
  await late.reload();
  await expect(late.locator("html[data-alive]")).toBeAttached();
  await expect(news(late)).toBeHidden();
});

test("D12 what is still there is brought home, whatever the clock says of its age", async ({ page, context, api }) => {
  const id = await crashedWith(page, "Waits for its owner.");
  await age(context, 31 * 24);
  const late = await context.newPage();
  await late.goto("/");
  await expect(news(late)).toContainText("20 characters");
  const own = await api(ada);
  expect(await own.text(id)).toBe("Waits for its owner.");
});

/** The computer's clock, as pages opened from now on see it, is so many hours ahead. */
async function age(context: BrowserContext, hours: number): Promise<void> {
  await context.addInitScript((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, hours * 3_600_000);
}

test("a damaged record: what can be opened is brought home, the rest is kept aside and told", async ({
  page,
  context,
  api,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await cutOff(page);
  await editor.text.focus();
  for (const word of ["one ", "two ", "three "]) {
    await page.evaluate((word) => document.execCommand("insertText", false, word), word);
    await onDevice(editor);
  }
  await crash(page);
  const bystander = await context.newPage();
  await bystander.goto("/healthz");
  await bystander.evaluate(async () => {
    const open = indexedDB.open("holdfast");
    const db = await new Promise<IDBDatabase>((resolve) => (open.onsuccess = () => resolve(open.result)));
    const store = db.transaction("records", "readwrite").objectStore("records");
    const all = store.getAll();
    await new Promise((resolve) => (all.onsuccess = resolve));
    const record = (all.result as { sealed: ArrayBuffer }[])[2];
    if (!record) throw new Error("no record");
    const bytes = new Uint8Array(record.sealed);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    const put = store.put(record);
    await new Promise((resolve) => (put.onsuccess = resolve));
    db.close();
  });
  const list = await context.newPage();
  await list.goto("/");
  await expect(news(list)).toContainText("Recovered words");
  const own = await api(ada);
  expect(await own.text(id)).toBe("one ");
  await list.reload();
  await list.getByRole("link", { name: "Recovered words" }).click();
  await expect(new Editor(list).text).toHaveValue("three ");
});
