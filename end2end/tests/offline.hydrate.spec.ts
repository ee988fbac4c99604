import type { BrowserContext, Page } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

test.use({ serviceWorkers: "allow" });

/** The service worker is in charge of the page. */
async function served(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
    }
  });
}

const offline = (page: Page) => page.getByRole("heading", { name: "There is no connection to Holdfast" });

/** Whatever any cache of the origin holds. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) all.push(url);
    return all.map((url) => new URL(url).pathname);
  });

/** What was typed and could not be sent is on this device. */
async function journalled(editor: Editor): Promise<void> {
  await expect.poll(async () => (await editor.counters()).journalled - (await editor.counters()).typed).toBe(0);
}

async function typeOffline(context: BrowserContext, editor: Editor, words: string): Promise<void> {
  await context.setOffline(true);
  await editor.focusAtEnd();
  await editor.type(words);
  await journalled(editor);
}

test("D3 F2 a reload without a network says so, and with it every word is back by itself", async ({ page, context, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await served(page);
  await editor.text.focus();
  await editor.type("On the server");
  await editor.saved();
  await typeOffline(context, editor, ", on this device");
  page.once("dialog", (dialog) => void dialog.accept());
  const answer = await page.reload();
  expect(answer?.status()).toBe(503);
  await expect(offline(page)).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/documents/${id}$`));
  await expect(page.getByRole("link", { name: "Try again" })).toHaveJSProperty("href", page.url());
  await expect(page.getByText("is kept on this device")).toBeVisible();

  await context.setOffline(false);
  await editor.alive();
  await expect(editor.text).toHaveValue("On the server, on this device");
  await editor.saved();
  expect(await (await api(ada)).text(id)).toBe("On the server, on this device");
});

test("E14 D3 the same where the server is gone, for whoever presses Try again", async ({ page, app, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await served(page);
  await editor.text.focus();
  await editor.type("Before the crash");
  await editor.saved();
  await app.stop("SIGKILL");
  await editor.type(", after it");
  await journalled(editor);
  page.once("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await expect(offline(page)).toBeVisible();
  await page.getByRole("link", { name: "Try again" }).click();
  await expect(offline(page)).toBeVisible();
  await app.start();
  // Either the link or the page itself is first.
  await page.getByRole("link", { name: "Try again" }).click({ timeout: 2_000 }).catch(() => undefined);
  await editor.alive();
  await expect(editor.text).toHaveValue("Before the crash, after it");
  await editor.saved();
  expect(await (await api(ada)).text(id)).toBe("Before the crash, after it");
});

test("F3 the service worker keeps nothing of anybody's, and answers nothing but pages", async ({ page, context }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await served(page);
  await editor.text.focus();
  await editor.type("canary words");
  await editor.saved();
  await page.goto(`/documents/${editor.id}/read`);
  await page.goto("/account");
  expect(await kept(page)).toEqual(["/offline"]);

  // With a network everything comes from it.
  const asked: [string, boolean][] = [];
  page.on("response", (answer) => void asked.push([new URL(answer.url()).pathname, answer.fromServiceWorker()]));
  await page.goto("/");
  await page.evaluate(() => Promise.all([fetch("/api/session"), fetch("/healthz")]));
  expect(asked.filter(([path, worker]) => worker && path !== "/")).toEqual([]);

  // Without one, what is no page fails as it always did; so does what would be saved as a file.
  await context.setOffline(true);
  const failed = await page.evaluate(() =>
    Promise.all(["/api/session", "/healthz", "/"].map((path) => fetch(path, { cache: "no-store" }).then(() => "answered", () => "failed"))),
  );
  expect(failed).toEqual(["failed", "failed", "failed"]);
  for (const path of ["/account/export", "/api/export"]) await expect(page.goto(path)).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);
});

test("the page of a dead network is the same for everybody, is accessible, and asks for nothing", async ({ page, a11y }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto("/offline");
    await expect(offline(page)).toBeVisible();
    await a11y(page);
  }
  await page.setViewportSize({ width: 320, height: 256 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect([...new Set(asked)].filter((path) => path !== "/healthz" && !path.startsWith("/favicon"))).toEqual(["/offline"]);
});

test("nobody who has not signed in gets a service worker", async ({ page }) => {
  for (const path of ["/sign-in", "/sign-up", "/accessibility"]) {
    await page.goto(path);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), path).toBe(0);
  }
});

test("D3 leaving asks only for words that would be gone: none that the device's disk has", async ({ page, context, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await served(page);
  await editor.text.focus();
  await editor.type("On the server");
  await editor.saved();
  await typeOffline(context, editor, ", on this device");
  await editor.title.fill("Kept, too");
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  // Behind the title's own write to the journal.
  await expect.poll(() => page.evaluate(() => dispatchEvent(new Event("beforeunload", { cancelable: true })))).toBe(true);
  await page.reload();
  expect(asked).toEqual([]);
  await expect(offline(page)).toBeVisible();
  await context.setOffline(false);
  await editor.alive();
  await expect(editor.text).toHaveValue("On the server, on this device");
  await editor.saved();
  expect(await (await api(ada)).text(id)).toBe("On the server, on this device");
});

test("D3 leaving asks where the device's disk has not got the words", async ({ page, context }) => {
  await page.addInitScript(() => {
    // A browser that keeps nothing.
    IDBFactory.prototype.open = () => {
      throw new DOMException("no", "SecurityError");
    };
  });
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await served(page);
  await context.setOffline(true);
  await editor.text.focus();
  await editor.type("Nowhere but here");
  await expect(page.getByRole("button", { name: "Download" })).toBeVisible();
  const asked = page.waitForEvent("dialog");
  const gone = page.reload().catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.accept();
  await gone;
});
