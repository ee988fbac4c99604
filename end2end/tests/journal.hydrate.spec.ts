import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { ada, bob, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";
import { crash, crashedWith, cutOff, dump, news, onDevice, rows } from "../support/journal.ts";

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
  await expect(news(after).getByRole("link", { name: "Untitled" })).toHaveAttribute("href", `/documents/${id}`);
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
