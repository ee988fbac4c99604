import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { ada, bob, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";

/** No save of this page reaches the server. */
async function cutOff(page: Page): Promise<void> {
  await page.route("**/draft", (route) => route.abort());
}

/** The tab dies as by a fault of the browser: no event tells the page. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const devtools = await page.context().newCDPSession(page);
  void devtools.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
}

/** Ada writes `text` into a new document, no save gets through, and the tab dies. */
async function crashedWith(page: Page, text: string): Promise<string> {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await cutOff(page);
  await editor.text.focus();
  await editor.type(text);
  await onDevice(editor);
  await crash(page);
  return id;
}

async function onDevice(editor: Editor): Promise<void> {
  await expect
    .poll(async () => {
      const { typed, journalled } = await editor.counters();
      return journalled === typed && 0 < typed;
    })
    .toBe(true);
}

const news = (page: Page) => page.locator(".news");

/** Everything that this origin keeps on the device, as one text. */
const dump = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const open = indexedDB.open("holdfast");
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error ?? new Error("not opened"));
    });
    const all: string[] = [JSON.stringify({ ...localStorage, ...sessionStorage })];
    for (const store of db.objectStoreNames) {
      const rows = db.transaction(store).objectStore(store).getAll();
      await new Promise((resolve) => (rows.onsuccess = resolve));
      for (const row of rows.result as Record<string, unknown>[]) {
        for (const value of Object.values(row)) {
          const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
          all.push(bytes ? new TextDecoder("latin1").decode(bytes) : JSON.stringify(value));
        }
      }
    }
    return all.join("\n");
  });

const rows = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const open = indexedDB.open("holdfast");
    const db = await new Promise<IDBDatabase>((resolve) => (open.onsuccess = () => resolve(open.result)));
    const count = db.transaction("records").objectStore("records").count();
    await new Promise((resolve) => (count.onsuccess = resolve));
    return count.result;
  });

test("D1 D2 a keystroke is on this device within 50 ms, and says so when nothing else has it", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("warm");
  await editor.saved();
  await cutOff(page);
  const waits: number[] = [];
  for (const letter of "twenty letters, once.") {
    const { typed } = await editor.counters();
    waits.push(
      await page.evaluate(
        async ([letter, typed]) => {
          const status = document.querySelector<HTMLElement>("[data-save-state]");
          const area = document.querySelector("textarea");
          if (!status || !area) throw new Error("no editor");
          const began = performance.now();
          document.execCommand("insertText", false, letter);
          while (Number(status.dataset["journalled"]) <= typed) {
            await new Promise((resolve) => setTimeout(resolve));
            if (5_000 < performance.now() - began) throw new Error("not on the device");
          }
          return performance.now() - began;
        },
        [letter, typed] as const,
      ),
    );
  }
  waits.sort((a, b) => a - b);
  test.info().annotations.push({ type: "ms to the device", description: waits.map(Math.round).join(" ") });
  expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(50);
  await expect(editor.status).toContainText("only on this device", { timeout: 10_000 });
});

test("D3 C11 tab, server and sign-in die at the same instant: the next sign-in brings everything back", async ({
  page,
  context,
  app,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await editor.type("Saved. ");
  await editor.saved();
  await cutOff(page);
  await editor.type("Only here.");
  await onDevice(editor);
  await app.stop("SIGKILL");
  await crash(page);
  await app.start();
  await control.advance(25 * 3600);

  const after = await context.newPage();
  await after.goto(`/documents/${id}`);
  await fillIn(after, ada);
  const again = new Editor(after);
  await again.alive();
  await expect(again.text).toHaveValue("Saved. Only here.");
  await expect(news(after)).toContainText("10 characters typed on this device");
  await again.saved();
  await expect.poll(() => rows(after)).toBe(0);
});

test("D8 D9 what was brought back can be taken back, and nothing was overwritten", async ({ page, context }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Saved. ");
  await editor.saved();
  await cutOff(page);
  await editor.type("Only here.");
  await onDevice(editor);
  const { id } = editor;
  await crash(page);
  const again = await Editor.open(await context.newPage(), id);
  await expect(again.text).toHaveValue("Saved. Only here.");
  await again.page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(again.text).toHaveValue("Saved. ");
  await again.saved();
});

test("D13 any page of the app brings it home, the list too", async ({ page, context, api }) => {
  const id = await crashedWith(page, "Never sent.");
  const list = await context.newPage();
  await list.goto("/");
  await expect(news(list)).toContainText("11 characters");
  const own = await api(ada);
  expect(await own.text(id)).toBe("Never sent.");
  expect(await list.evaluate(() => navigator.storage.persisted())).toBeDefined();
});

test("D7 two tabs crash: what each had is brought home, nothing twice", async ({ page, context, api }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  const { id } = first;
  const second = await Editor.open(await context.newPage(), id);
  for (const [editor, text] of [[first, "from the first. "], [second, "from the second. "]] as const) {
    await editor.page.bringToFront();
    await cutOff(editor.page);
    await editor.text.focus();
    await editor.type(text);
    await onDevice(editor);
  }
  await crash(first.page);
  await crash(second.page);
  const again = await Editor.open(await context.newPage(), id);
  await expect.poll(async () => (await again.value()).length).toBe(33);
  const text = await again.value();
  expect(text).toContain("from the first. ");
  expect(text).toContain("from the second. ");
  const own = await api(ada);
  expect(await own.text(id)).toBe(text);
});

test("D6 P21 sealed: nothing readable on the device, nothing for the next user, everything for the owner", async ({
  page,
  context,
  api,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await cutOff(page);
  await editor.type("CANARY-7f3a secret words");
  await onDevice(editor);
  expect(await dump(page)).not.toContain("CANARY");
  expect(await rows(page)).toBeGreaterThan(0);
  await crash(page);
  await context.clearCookies();

  const theirs = await context.newPage();
  await signIn(theirs, bob);
  await expect(theirs.locator("html[data-alive]")).toBeAttached();
  await theirs.goto(`/documents/${id}`);
  await expect(theirs.locator("body")).not.toContainText("CANARY");
  await theirs.goto("/");
  await expect(news(theirs)).toBeHidden();
  expect(await dump(theirs)).not.toContain("CANARY");
  expect(await rows(theirs)).toBeGreaterThan(0);
  await theirs.close();
  await context.clearCookies();

  const back = await context.newPage();
  await signIn(back, ada);
  await expect(news(back)).toContainText("24 characters");
  const own = await api(ada);
  expect(await own.text(id)).toBe("CANARY-7f3a secret words");
});

test("D3 what could not be brought home at first is, as soon as saving works or the owner is back", async ({
  page,
  context,
  control,
  api,
}) => {
  const id = await crashedWith(page, "Waits a little.");
  const list = await context.newPage();
  await list.route("**/draft", (route) => route.fulfill({ status: 401, json: { code: "expired" } }));
  const tried = list.waitForResponse("**/draft");
  await list.goto("/");
  await tried;
  expect(await (await api(ada)).text(id)).toBe("");
  await list.unroute("**/draft");
  await control.advance(25 * 3600);
  const again = new Editor(list);
  await again.wake();
  await again.phase("expired");
  await again.signInInPlace(ada);
  await expect(news(list)).toContainText("15 characters");
  expect(await (await api(ada)).text(id)).toBe("Waits a little.");
});

test("E11 P6 a server restored from a backup: noticed, and it gets back what this window has", async ({ page, app, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await editor.type("In the backup. ");
  await editor.saved();
  await app.stop("SIGTERM");
  const backup = join(app.data, "backup.db");
  await copyFile(join(app.data, "holdfast.db"), backup);
  await app.start();
  await editor.type("After the backup. ");
  await editor.saved();
  await app.stop("SIGTERM");
  await copyFile(backup, join(app.data, "holdfast.db"));
  await app.start();
  await editor.type("And on.");
  await expect
    .poll(async () => (await api(ada)).text(id), { timeout: 30_000 })
    .toBe("In the backup. After the backup. And on.");
  await editor.saved();
  await expect(editor.text).toHaveValue("In the backup. After the backup. And on.");
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

test("D10 a paste of 300 KB and the tab closed: all of it is brought home", async ({ page, context, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await cutOff(page);
  const text = "Sixty-four characters that are pasted as one very long paragraph".repeat(4_800);
  await editor.text.fill(text);
  await onDevice(editor);
  await page.close();
  const list = await context.newPage();
  await list.goto("/");
  await expect(news(list)).toContainText("307,200 characters");
  const own = await api(ada);
  expect(await own.text(id)).toBe(text);
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
