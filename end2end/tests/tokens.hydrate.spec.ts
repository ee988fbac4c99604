import type { CDPSession, Page } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

/** A JSON object in base64url, as every JWT and every part of Cognito's refresh tokens begins. */
const TOKEN = /eyJ[\w-]{16,}/;

test("A1 no token ever reaches the browser", async ({ page, context, control }) => {
  const answers: Promise<string>[] = [];
  context.on("response", (response) => {
    const head = response.allHeaders().then((headers) => JSON.stringify(headers));
    const body = response.text().catch(() => "");
    answers.push(Promise.all([head, body]).then(([head, body]) => `${response.url()}\n${head}\n${body}`));
  });

  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("no token here");
  await editor.saved();
  await control.advance(60 * 60);
  await editor.wake();
  await editor.type(", after a refresh neither");
  await editor.saved();
  await control.advance(2 * 24 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await editor.signInInPlace(ada);
  await editor.saved();

  expect(await control.calls("InitiateAuth")).toHaveLength(2);
  expect(await storage(page)).not.toMatch(TOKEN);
  for (const { name, value, httpOnly, sameSite } of await context.cookies()) {
    expect(`${name}=${value}`).not.toMatch(TOKEN);
    expect({ name, httpOnly }).toEqual({ name, httpOnly: true });
    expect(sameSite).not.toBe("None");
  }
  expect(await page.content()).not.toMatch(TOKEN);
  expect(await heap(await context.newCDPSession(page))).not.toMatch(TOKEN);

  // The event stream is an answer that ends with the page.
  await page.goto("about:blank");
  const all = await Promise.all(answers);
  expect(all.length).toBeGreaterThan(8);
  expect(all.filter((answer) => TOKEN.test(answer))).toEqual([]);
});

async function storage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href];
    for (const { name } of await indexedDB.databases()) {
      if (!name) continue;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const open = indexedDB.open(name);
        open.onsuccess = () => resolve(open.result);
        open.onerror = () => reject(open.error);
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        kept.push(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result))));
      }
      database.close();
    }
    return JSON.stringify(kept);
  });
}

async function heap(cdp: CDPSession): Promise<string> {
  let snapshot = "";
  cdp.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => (snapshot += chunk));
  await cdp.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  expect(snapshot).toContain("nodes");
  return snapshot;
}
