import { expect, type Page } from "@playwright/test";
import { Editor, signIn } from "./editor.ts";
import { ada } from "./server.ts";

/** No save of this page reaches the server. */
export async function cutOff(page: Page): Promise<void> {
  await page.route("**/draft", (route) => route.abort());
}

/** The tab dies as by a fault of the browser: no event tells the page. */
export async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const devtools = await page.context().newCDPSession(page);
  void devtools.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
}

/** Ada writes `text` into a new document, no save gets through, and the tab dies. */
export async function crashedWith(page: Page, text: string): Promise<string> {
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

export async function onDevice(editor: Editor): Promise<void> {
  await expect
    .poll(async () => {
      const { typed, journalled } = await editor.counters();
      return journalled === typed && 0 < typed;
    })
    .toBe(true);
}

export const news = (page: Page) => page.locator(".news");

/** Everything that this origin keeps on the device, as one text. */
export const dump = (page: Page): Promise<string> =>
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

export const rows = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const open = indexedDB.open("holdfast");
    const db = await new Promise<IDBDatabase>((resolve) => (open.onsuccess = () => resolve(open.result)));
    const count = db.transaction("records").objectStore("records").count();
    await new Promise((resolve) => (count.onsuccess = resolve));
    return count.result;
  });

/** The writers that have a log on this device. */
export const logs = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    if (!window.indexedDB) return [];
    const open = indexedDB.open("holdfast");
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error ?? new Error("not opened"));
    });
    try {
      if (!db.objectStoreNames.contains("logs")) return [];
      const keys = db.transaction("logs").objectStore("logs").getAllKeys();
      await new Promise((resolve) => (keys.onsuccess = resolve));
      return keys.result as string[];
    } finally {
      db.close();
    }
  });
